import { type StoredData, storeName } from '../../core/adoption/store-format.ts';
import { isConflict, isNotFound } from '../api-error.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { pagedList } from '../paged-list.ts';
import { readJson } from '../read-json.ts';
import { FIELD_MANAGER } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';

/** The ConfigMap of a month as it stands. */
export interface StoredMonth {
  readonly metadata: { readonly resourceVersion: string; readonly [key: string]: unknown };
  readonly data?: StoredData;
}

export interface MonthStoreOptions {
  readonly transport: KubeTransport;
  readonly installation: { readonly name: string; readonly namespace: string };
  /** When it is gone, so are the months. */
  readonly owner: () => Promise<OwnerReference>;
}

const PURPOSE =
  'How far the rollout was, in pods and workloads: a point for each hour of two days, then one for each day. `pillion rollout status` draws it. Deleting it loses the month and nothing else.';
const COMPONENT = 'adoption';
const CALL_WITHIN_MS = 20_000;
const MONTH_NAME = new RegExp(`^${storeName('(\\d{4}-\\d{2})')}$`);

const collection = (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;

/**
 * What a month holds; undefined where there is none.
 * @param month as 2026-11
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export const readStoredMonth = (
  transport: KubeTransport,
  namespace: string,
  month: string,
  signal?: AbortSignal,
): Promise<StoredMonth | undefined> =>
  readJson<StoredMonth>(transport, `${collection(namespace)}/${storeName(month)}`, signal);

/** The ConfigMaps that hold the months of a series, each written only as it was read. */
export class MonthStore {
  readonly #options: MonthStoreOptions;

  constructor(options: MonthStoreOptions) {
    this.#options = options;
  }

  /** @throws ApiError, ClusterUnreachable, TimeoutError */
  async read(month: string, signal: AbortSignal): Promise<StoredMonth | undefined> {
    const { transport, installation } = this.#options;
    return await readStoredMonth(transport, installation.namespace, month, signal);
  }

  /**
   * Writes a month as it was read before, or makes it.
   * @returns false when somebody else wrote it meanwhile: it is to be read again
   * @throws ApiError, ClusterUnreachable, TimeoutError, and what reading the owner throws
   */
  async write(
    month: string,
    standing: StoredMonth | undefined,
    data: StoredData,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { installation, owner } = this.#options;
    const labels = { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/instance': installation.name };
    const made = {
      name: storeName(month),
      namespace: installation.namespace,
      labels: { ...labels, 'app.kubernetes.io/component': COMPONENT },
      annotations: { 'pillion.io/purpose': PURPOSE },
    };
    const metadata = { ...(standing?.metadata ?? made), ownerReferences: [await owner()] };
    const object = { ...standing, apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    try {
      if (standing === undefined) await this.#call('POST', '', object, signal);
      else await this.#call('PUT', `/${made.name}`, object, signal);
      return true;
    } catch (error) {
      // deleted meanwhile is changed meanwhile
      if (isConflict(error) || (standing !== undefined && isNotFound(error))) return false;
      throw error;
    }
  }

  /** The months that have a ConfigMap, in order. */
  async months(signal: AbortSignal): Promise<readonly string[]> {
    const { transport, installation } = this.#options;
    const found: string[] = [];
    const labelSelector = `app.kubernetes.io/instance=${installation.name},app.kubernetes.io/component=${COMPONENT}`;
    const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
    const visit = ({ name }: { readonly name: string }) => found.push(...(MONTH_NAME.exec(name)?.slice(1) ?? []));
    await pagedList(transport, collection(installation.namespace), within, visit, { labelSelector });
    return found.sort();
  }

  /** That it is gone already is fine. */
  async delete(month: string, signal: AbortSignal): Promise<void> {
    await this.#call('DELETE', `/${storeName(month)}`, undefined, signal).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  async #call(
    method: 'POST' | 'PUT' | 'DELETE',
    below: string,
    object: object | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { transport, installation } = this.#options;
    const query = method === 'DELETE' ? '' : `?fieldManager=${FIELD_MANAGER}`;
    const response = await transport.open({
      method,
      path: `${collection(installation.namespace)}${below}${query}`,
      ...(object && { body: JSON.stringify(object) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
    });
    response.resume();
  }
}
