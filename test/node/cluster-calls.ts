import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type ApiClient, apiClient } from '../cluster/api-client.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';

/** An answer of the API server that says no. */
export class Refused extends Error {
  readonly status: number;
  constructor(what: string, { status, body }: Answer) {
    super(`${what} was answered with ${status}: ${String(body.message ?? JSON.stringify(body))}`);
    this.status = status;
  }
}

const AGAIN_AFTER_MS = 200;
const FAILED = 500;
const TOO_MANY = 429;

/** Calls the API server as a kubelet does: again, for as long as it is away, until the signal ends it. */
export class ClusterCalls {
  readonly #api: ApiClient;
  readonly #signal: AbortSignal;

  constructor(controlPlane: ControlPlane, signal: AbortSignal) {
    this.#api = apiClient(controlPlane);
    this.#signal = signal;
  }

  /**
   * Resolves with the body of an answer that says yes.
   * @throws Refused when the answer says no, and what ended the signal
   */
  async call(...[method, path, body]: Parameters<ApiClient['call']>): Promise<Record<string, unknown>> {
    for (;;) {
      this.#signal.throwIfAborted();
      const answer = await this.#api.call(method, path, body).catch(() => undefined);
      if (answer !== undefined && answer.status < 300) return answer.body;
      if (answer !== undefined && answer.status < FAILED && answer.status !== TOO_MANY)
        throw new Refused(`${method} ${path}`, answer);
      await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#signal });
    }
  }

  close(): void {
    this.#api.close();
  }
}
