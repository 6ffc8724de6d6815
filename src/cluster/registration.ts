import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Backoff } from './backoff.ts';
import type { KubeTransport } from './transport.ts';

/** A configuration object as core renders it. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export interface RegistrationOptions {
  readonly transport: KubeTransport;
  readonly log: Logger;
  readonly metrics: { applied(result: 'applied' | 'failed'): void };
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Pauses between the attempts for one object. */
  readonly newBackoff?: () => Backoff;
}

const FIELD_MANAGER = 'pillion';

// one call; it is tried again for as long as it takes
const APPLY_WITHIN_MS = 10_000;

// the plural in the path, for every kind that is registered; all of them are cluster-scoped
const PLURALS: ReadonlyMap<string, string> = new Map([
  ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'],
  ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'],
  ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
  ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
]);

/** Keeps the API server's configuration equal to what was rendered last. The server owns these objects whole, so it applies by force. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #stop = new AbortController();
  #newest = 0;
  #running: Promise<boolean> = Promise.resolve(true);

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /**
   * Applies all objects, each by itself and again until that has worked: one that is refused holds up no other.
   * @returns true when all stand; false when a later call or `stop` has taken its place
   */
  apply(objects: readonly AppliedObject[]): Promise<boolean> {
    const turn = ++this.#newest;
    this.#running = this.#running.then(() => this.#applyAll(objects, turn));
    return this.#running;
  }

  /** Gives up what has not been applied yet; what stands stays. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    await this.#running;
  }

  async #applyAll(objects: readonly AppliedObject[], turn: number): Promise<boolean> {
    const outdated = () => this.#stop.signal.aborted || turn !== this.#newest;
    await Promise.all(objects.map((object) => this.#applyUntilDone(object, outdated)));
    return !outdated();
  }

  async #applyUntilDone(object: AppliedObject, outdated: () => boolean): Promise<void> {
    const backoff = this.#options.newBackoff?.() ?? new Backoff(this.#options.random);
    while (!outdated() && !(await this.#applyOnce(object))) {
      await sleep(backoff.nextMs(), undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  async #applyOnce(object: AppliedObject): Promise<boolean> {
    const { transport, log, metrics } = this.#options;
    const { kind, metadata } = object;
    try {
      const response = await transport.open({
        method: 'PATCH',
        path: `${objectPath(object)}?fieldManager=${FIELD_MANAGER}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: JSON.stringify(object),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(APPLY_WITHIN_MS)]),
      });
      response.resume();
      metrics.applied('applied');
      log.info({ kind, name: metadata.name }, 'registered with the API server');
      return true;
    } catch (err) {
      if (this.#stop.signal.aborted) return false;
      metrics.applied('failed');
      log.error({ err, kind, name: metadata.name }, 'cannot register with the API server; trying again');
      return false;
    }
  }
}

function objectPath({ apiVersion, kind, metadata }: AppliedObject): string {
  const plural = PLURALS.get(kind);
  if (!plural) throw new Error(`${kind} is not a kind that is registered; add its plural to the table`);
  return `/apis/${apiVersion}/${plural}/${encodeURIComponent(metadata.name)}`;
}
