import type { PolicyFromFiles } from '../cluster/policy-files.ts';
import type { PolicyInObjects } from '../cluster/policy-objects/followed-objects.ts';
import type { RegistrationMode } from '../core/registration/mode.ts';
import type { WebhookAddress } from '../core/registration/registration.ts';
import type { WatchdogBounds } from '../core/rollout/watchdog.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { RecordFormat } from '../telemetry/record-sink.ts';
import type { CertificateFiles, OwnCertificates } from './certificates.ts';
import type { ReadAssets } from './dashboard/assets.ts';
import type { ShutdownTimes, SignalSource } from './lifecycle.ts';
import type { Installation } from './registrar.ts';
import type { ListenAddress } from './start.ts';

/** How a running Pillion is told what to do; every field comes from the command line. */
export interface ServeOptions {
  readonly policy: PolicyFromFiles | PolicyInObjects;
  readonly admission: ListenAddress;
  readonly ops: ListenAddress;
  /** Without it there is no dashboard. */
  readonly dashboard?: ListenAddress;
  readonly certificates: CertificateFiles | OwnCertificates;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the API server finds us; without it nothing is registered. */
  readonly registration?: {
    readonly address: WebhookAddress;
    readonly mode: RegistrationMode;
    /** Registers although another injector selects the same pods. */
    readonly besideIstioInjector: boolean;
  };
  /** Whose what is registered is, and where it is remembered; without it everything ends with the process. */
  readonly installation?: Installation;
  /** Where objects of our own are looked for where nothing is installed. */
  readonly ownNamespace: string;
  /** How long the Lease of the replica that registers lasts. */
  readonly leaseDurationMs?: number;
  /** Restarts workloads whose pods miss their sidecar; without it nobody does. */
  readonly watchdog?: WatchdogBounds;
  /** So often what runs is compared with the policy; five minutes unless told, 0 for never. */
  readonly scanPeriodMs?: number;
  readonly logLevel: LogLevel;
  readonly recordFormat: RecordFormat;
  readonly shutdown: ShutdownTimes;
}

/** The process that the server runs in, as far as it is used. */
export interface Host {
  /** In a cluster that of its pod. */
  readonly name: string;
  /** The program itself, which answers in a thread as well. */
  readonly program: URL;
  readonly signals: SignalSource;
  /** The files of the dashboard’s page. */
  readonly readAssets: ReadAssets;
  /** What nobody caught: logged, and the process goes on, since one review can have no effect on the next. */
  onUncaught(listener: (error: unknown) => void): void;
}
