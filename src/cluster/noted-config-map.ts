import { isNotFound } from './api-error.ts';
import type { OwnerReference } from './owner-reference.ts';
import { FIELD_MANAGER } from './registration/registered-objects.ts';
import type { KubeTransport } from './transport.ts';

export interface NotedConfigMapOptions {
  readonly transport: KubeTransport;
  readonly namespace: string;
  readonly name: string;
  /** Of the installation whose it is. */
  readonly installation: string;
  /** What it is there for, for whoever finds it. */
  readonly purpose: string;
  /** When it is gone, so is the ConfigMap. */
  readonly owner: () => Promise<OwnerReference>;
  readonly signal: AbortSignal;
}

const CALL_WITHIN_MS = 10_000;

/** A ConfigMap in which replicas note things, each note by itself, so that none overwrites another’s. It is made with its first note. */
export class NotedConfigMap {
  readonly #options: NotedConfigMapOptions;
  readonly path: string;

  constructor(options: NotedConfigMapOptions) {
    this.#options = options;
    const { namespace, name } = options;
    this.path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  }

  /**
   * Adds notes, and takes those away that are null.
   * @throws ApiError, ClusterUnreachable, TimeoutError, and what the reading of the owner throws
   */
  async note(data: Readonly<Record<string, string | null>>): Promise<void> {
    const notes = { contentType: 'application/merge-patch+json', body: JSON.stringify({ data }) };
    const path = `${this.path}?fieldManager=${FIELD_MANAGER}`;
    try {
      await this.#call('PATCH', path, notes);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#create();
      await this.#call('PATCH', path, notes);
    }
  }

  /** Deletes the one of this uid; that it is gone is fine. */
  async delete(uid: string): Promise<void> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    const gone = this.#call('DELETE', this.path, { body: JSON.stringify(options) });
    await gone.catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  /** Makes the ConfigMap without a note; that another replica was faster is fine. */
  async #create(): Promise<void> {
    const { name, namespace, installation, purpose, owner } = this.#options;
    const metadata = {
      name,
      namespace,
      labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/instance': installation },
      annotations: { 'pillion.io/purpose': purpose },
      ownerReferences: [await owner()],
    };
    await this.#call('PATCH', `${this.path}?fieldManager=${FIELD_MANAGER}&force=true`, {
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata }),
    });
  }

  async #call(
    method: 'PATCH' | 'DELETE',
    path: string,
    sent: { readonly contentType?: string; readonly body: string },
  ): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
    const response = await this.#options.transport.open({ method, path, ...sent, signal });
    response.resume();
  }
}
