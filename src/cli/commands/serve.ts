import { Fault } from '../../core/problem/faults.ts';
import type { RegistrationMode } from '../../core/registration/mode.ts';
import type { ServeOptions } from '../../server/serve-options.ts';
import { type CertificateFlags, certificatesOf, type InstallationFlags } from '../certificate-flags.ts';
import type { Environment } from '../environment.ts';
import { type PolicyFlags, policyFromFiles, policyInObjects } from '../policy-sources.ts';
import { type WatchdogFlags, watchdogOf } from '../watchdog-flags.ts';
import { type AddressFlags, usage, webhookAddress } from '../webhook-address.ts';

/** Runs the server until it is told to stop; the composition root brings it. */
export type Serve = (options: ServeOptions) => Promise<void>;

export interface ServeFlags extends PolicyFlags, AddressFlags, CertificateFlags, InstallationFlags, WatchdogFlags {
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
  readonly dashboardPort: number;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly logLevel: ServeOptions['logLevel'];
  readonly recordFormat: ServeOptions['recordFormat'];
  readonly drainSeconds: number;
  readonly shutdownSeconds: number;
  readonly registration: RegistrationMode;
  readonly besideIstioInjector?: boolean;
  readonly policyObjects?: boolean;
  readonly leaseDuration?: number;
  readonly scanPeriod?: number;
}

/**
 * `pillion serve`: answers the API server until a signal ends it.
 * @throws Fault PIL003 when the flags contradict each other, PIL002 with every problem of a policy that is no file, PIL005 when the server
 * cannot start
 */
export async function serveCommand(flags: ServeFlags, environment: Environment): Promise<number> {
  if (flags.leaseDuration !== undefined && flags.installedAs === undefined)
    throw usage('--lease-duration has no effect without --installed-as: nobody shares the registration');
  if (flags.scanPeriod !== undefined && flags.installedAs === undefined)
    throw usage('--scan-period has no effect without --installed-as: nobody scans for all replicas');
  const policy =
    flags.policyObjects === true ? policyInObjects(flags, environment) : await policyFromFiles(flags, environment);
  const address = webhookAddress(flags);
  const certificates = certificatesOf(flags, address);
  const watchdog = watchdogOf(flags, address !== undefined && flags.installedAs !== undefined);
  const { kubeconfig, context, installedAs, registration: mode, besideIstioInjector = false } = flags;
  try {
    await environment.serve({
      policy,
      admission: { host: flags.host, port: flags.port },
      ops: { host: flags.host, port: flags.opsPort },
      ...(flags.dashboardPort === 0 ? {} : { dashboard: { host: flags.host, port: flags.dashboardPort } }),
      ownNamespace: flags.ownNamespace,
      certificates,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
      ...(address === undefined ? {} : { registration: { address, mode, besideIstioInjector } }),
      ...(installedAs === undefined ? {} : { installation: { name: installedAs, namespace: flags.ownNamespace } }),
      ...(flags.leaseDuration === undefined ? {} : { leaseDurationMs: flags.leaseDuration }),
      ...(watchdog === undefined ? {} : { watchdog }),
      ...(flags.scanPeriod === undefined ? {} : { scanPeriodMs: flags.scanPeriod }),
      logLevel: flags.logLevel,
      recordFormat: flags.recordFormat,
      shutdown: { drainMs: flags.drainSeconds * 1000, timeoutMs: flags.shutdownSeconds * 1000 },
    });
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('PIL005', [{ path: '', message: cause instanceof Error ? cause.message : String(cause) }], cause);
  }
  return 0;
}
