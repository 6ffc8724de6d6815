import { ApiError } from './api-error.ts';
import { type LeaseObject, type LeaseTerms, leaseOf, releasedLease } from './lease-object.ts';
import { readJson } from './read-json.ts';
import type { KubeTransport } from './transport.ts';

/**
 * The calls of the API server about one Lease. Whoever writes it names the state that was read, so that of two one wins.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export class LeaseCalls {
  readonly collection: string;
  readonly path: string;
  readonly #transport: KubeTransport;
  readonly #place: { readonly namespace: string; readonly name: string };

  constructor(transport: KubeTransport, place: { readonly namespace: string; readonly name: string }) {
    this.#transport = transport;
    this.#place = place;
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(place.namespace)}/leases`;
    this.path = `${this.collection}/${encodeURIComponent(place.name)}`;
  }

  /** The Lease as it stands; undefined when there is none. */
  read(signal: AbortSignal): Promise<LeaseObject | undefined> {
    return readJson<LeaseObject>(this.#transport, this.path, signal);
  }

  /**
   * Takes or renews it.
   * @returns false when another was faster
   */
  async write(standing: LeaseObject | undefined, terms: LeaseTerms, signal: AbortSignal): Promise<boolean> {
    const body = JSON.stringify(leaseOf(standing, this.#place, terms));
    try {
      if (standing === undefined) await this.#send('POST', this.collection, body, signal);
      else await this.#send('PUT', this.path, body, signal);
      return true;
    } catch (error) {
      // changed or made by another, or deleted in between
      const isLate = error instanceof ApiError && (error.status === 409 || (standing && error.status === 404));
      if (isLate) return false;
      throw error;
    }
  }

  /** Leaves it without a holder. */
  async release(standing: LeaseObject, signal: AbortSignal): Promise<void> {
    await this.#send('PUT', this.path, JSON.stringify(releasedLease(standing, new Date())), signal);
  }

  async #send(method: 'POST' | 'PUT', path: string, body: string, signal: AbortSignal): Promise<void> {
    const response = await this.#transport.open({ method, path, body, signal });
    response.resume();
  }
}
