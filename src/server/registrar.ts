import type { Logger } from 'pino';
import { Backoff } from '../cluster/backoff.ts';
import { objectionToVersion } from '../cluster/kubernetes-version.ts';
import { lookWhenTold } from '../cluster/look-when-told.ts';
import { type OwnerReference, ownerReader } from '../cluster/owner-reference.ts';
import { RegistrarLease } from '../cluster/registrar-lease.ts';
import { InjectorLookout } from '../cluster/registration/injector-lookout.ts';
import { ManualRegistration } from '../cluster/registration/manual-registration.ts';
import { memoryName } from '../cluster/registration/memory-content.ts';
import type { AppliedObject } from '../cluster/registration/registered-objects.ts';
import { RegistrationMemory } from '../cluster/registration/registration-memory.ts';
import { Registration } from '../cluster/registration.ts';
import { RestartingWatch } from '../cluster/restarting-watch.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { RegistrationMode } from '../core/registration/mode.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { remarkedRegistration } from './ops/registration-remarks.ts';
import type { Remarks } from './ops/remarks.ts';

/** The installation that a process belongs to, by the name of its ClusterRole, and where it keeps its own objects. */
export interface Installation {
  readonly name: string;
  readonly namespace: string;
}

export interface RegistrarOptions {
  readonly transport: KubeTransport;
  readonly mode: RegistrationMode;
  readonly installation: Installation | undefined;
  /** Registers although another injector selects the same pods. */
  readonly besideIstioInjector: boolean;
  readonly policy: () => ActivePolicy;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly remarks: Remarks;
  readonly elapsedMs: () => number;
  /** Unlike that of any other process; for the Lease. */
  readonly identity: string;
  readonly leaseDurationMs?: number | undefined;
  /** Called when this process begins or ends to hold the Lease. */
  readonly onHolds?: () => void;
}

/** Registers what a policy renders, when that does no harm, and keeps it. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #registration: Registration | ManualRegistration;
  readonly #memory: RegistrationMemory | undefined;
  readonly #memoryWatch: RestartingWatch | undefined;
  readonly #lookout: InjectorLookout;
  readonly #lease: RegistrarLease | undefined;
  readonly #stop = new AbortController();
  #version: Promise<string | undefined> | undefined;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    const { transport, mode, installation, log, remarks, elapsedMs } = options;
    const metrics = remarkedRegistration(options.metrics.registration, remarks);
    const watchMetrics = options.metrics.watch;
    const watched = { transport, log, metrics, watchMetrics, now: Date.now, random: Math.random };
    const owner = installation && ownerReader(transport, installation.name, this.#stop.signal);
    if (mode === 'Managed' && installation !== undefined && owner !== undefined) {
      this.#memory = new RegistrationMemory({
        transport,
        namespace: installation.namespace,
        installation: installation.name,
        owner,
        log,
        retry: new Backoff(Math.random),
        onCorrupt: (problem) => remarks.say('memory', problem),
      });
      this.#memoryWatch = this.#watchMemory(installation);
    }
    const lease = installation && owner && this.#leaseOf(installation, owner);
    this.#lease = lease;
    const mayWrite = lease && (() => lease.holds);
    this.#registration =
      mode === 'Manual'
        ? new ManualRegistration({ ...watched, ...(mayWrite && { mayWrite }) })
        : new Registration({ ...watched, elapsedMs, owner, memory: this.#memory, mayWrite });
    this.#lookout = new InjectorLookout({
      transport,
      policy: options.policy,
      holdsBack: mode === 'Managed' && !options.besideIstioInjector,
      log,
      metrics: options.metrics.otherInjectors,
      watchMetrics: watchMetrics('mutatingwebhookconfigurations-of-all'),
      now: Date.now,
      random: Math.random,
      onChange: (sentence) => remarks.say('other injectors', sentence),
    });
  }

  /**
   * Begins to look at the cluster.
   * @returns an Error that says why nothing can be registered there at all; does not resolve while that is not so
   */
  async start(): Promise<Error> {
    const objection = await this.#objection();
    if (objection !== undefined) return new Error(objection);
    if (!this.#stop.signal.aborted) this.#lookout.start();
    return await new Promise<never>(() => {});
  }

  /** Whether this process writes for all replicas: where no Lease is shared, nobody does. */
  get holds(): boolean {
    return this.#lease?.holds ?? false;
  }

  /** As `Registration.prepare`. */
  prepare(objects: readonly AppliedObject[], superseded: AbortSignal): Promise<void> {
    return this.#registration.prepare(objects, superseded);
  }

  /** Applies what `objects` returns at the moment when nothing stands against it any more. */
  async register(objects: () => readonly AppliedObject[]): Promise<void> {
    if ((await this.#objection()) !== undefined) return;
    void this.#lookout.look();
    await this.#lookout.harmless();
    if (this.#stop.signal.aborted) return;
    this.#memoryWatch?.start();
    const wanted = objects();
    if (wanted.length === 0) return;
    this.#lease?.start();
    await this.#registration.apply(wanted);
  }

  /** Lets another replica register at once, and registers nothing any more. */
  async handOver(): Promise<void> {
    await this.#lease?.release();
  }

  /** Leaves everything as it stands. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    await Promise.all([
      this.#lease?.release(),
      this.#memoryWatch?.stop(),
      this.#registration.stop(),
      this.#lookout.stop(),
      this.#memory?.stop(),
      this.#version,
    ]);
  }

  #objection(): Promise<string | undefined> {
    const { transport, log } = this.#options;
    const retry = new Backoff(Math.random);
    this.#version ??= objectionToVersion({ transport, log, retry, signal: this.#stop.signal });
    return this.#version;
  }

  #leaseOf({ name, namespace }: Installation, owner: () => Promise<OwnerReference>): RegistrarLease {
    const { transport, identity, log, metrics, elapsedMs, leaseDurationMs } = this.#options;
    return new RegistrarLease({
      transport,
      namespace,
      name: `${name}-registrar`,
      identity,
      owner,
      onChange: (holds) => {
        void this.#registration.handedOver(holds);
        this.#options.onHolds?.();
      },
      log,
      metrics: { holds: metrics.registrar, watch: metrics.watch('registrar-lease') },
      elapsedMs,
      random: Math.random,
      ...(leaseDurationMs === undefined ? {} : { durationMs: leaseDurationMs }),
    });
  }

  /** What is remembered may change by anybody’s hand: that is how a deleted object is brought back. */
  #watchMemory({ name, namespace }: Installation): RestartingWatch {
    const { transport, log, metrics } = this.#options;
    const look = async () => {
      // when that cannot be told, each object asks again
      const changed = (await this.#memory?.changed().catch(() => true)) ?? true;
      if (changed) void this.#registration.lookAgain();
    };
    return new RestartingWatch({
      transport,
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      fieldSelector: `metadata.name=${memoryName(name)}`,
      target: lookWhenTold(() => void look()),
      log,
      metrics: metrics.watch('registration-memory'),
      now: Date.now,
      random: Math.random,
    });
  }
}
