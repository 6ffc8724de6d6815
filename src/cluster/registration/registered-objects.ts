import { isNotFound } from '../api-error.ts';
import { ACCEPT_PARTIAL_OBJECT, type ObjectMetadata } from '../object-metadata.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { pagedList } from '../paged-list.ts';
import { type KubeRequest, type KubeTransport, textOf } from '../transport.ts';

/** A configuration object as core renders it; what else it carries is its content. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export const FIELD_MANAGER = 'pillion';

/** What every object of the registration carries, so that they can be watched and found together. */
export const MANAGED_SELECTOR = 'app.kubernetes.io/managed-by=pillion';

const API_VERSION = 'admissionregistration.k8s.io/v1';

// the plural in the path, for every kind that is registered; all of them are cluster-scoped
const PLURALS: ReadonlyMap<string, string> = new Map([
  ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'],
  ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'],
  ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
  ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
]);

/** Every kind that can be registered. */
export const REGISTERED_KINDS: readonly string[] = [...PLURALS.keys()];

// one call; it is made again for as long as it takes
const CALL_WITHIN_MS = 10_000;

/**
 * The name of a kind in paths and metrics.
 * @throws Error for a kind that is not in the table
 */
export function pluralOf(kind: string): string {
  const plural = PLURALS.get(kind);
  if (!plural) throw new Error(`${kind} is not a kind that is registered; add its plural to the table`);
  return plural;
}

/** Whether an object carries the label by which those of the registration are found. */
export const isManaged = ({ labels = {} }: Pick<ObjectMetadata, 'labels'>): boolean =>
  Object.entries(labels).some((label) => label.join('=') === MANAGED_SELECTOR);

/** Where the objects of a kind are listed. */
export const collectionPath = (kind: string): string => `/apis/${API_VERSION}/${pluralOf(kind)}`;

/** Nothing was written, because another replica registers by now. */
export class LeftToAnother extends Error {
  constructor() {
    super('another replica registers; this one leaves it to that');
    this.name = 'LeftToAnother';
  }
}

/**
 * The calls of the API server that the registration makes. Each answers with metadata alone.
 * @throws ApiError, ClusterUnreachable, TimeoutError, LeftToAnother, or the reason of `signal`
 */
export class RegisteredObjects {
  readonly #transport: KubeTransport;
  readonly #signal: AbortSignal;
  readonly #owner: (() => Promise<OwnerReference>) | undefined;
  readonly #mayWrite: () => boolean;

  /**
   * `owner` is read before each apply; without it what is applied belongs to nobody. `mayWrite` is asked right before each write,
   * since a process may have been frozen in between.
   */
  constructor(
    transport: KubeTransport,
    signal: AbortSignal,
    owner?: () => Promise<OwnerReference>,
    mayWrite: () => boolean = () => true,
  ) {
    this.#transport = transport;
    this.#signal = signal;
    this.#owner = owner;
    this.#mayWrite = mayWrite;
  }

  /**
   * Makes what stands equal to `object`. With the uid of an object that is gone, or is another one by now, nothing is created or
   * changed: the API server answers with 409 or 422.
   */
  async apply(object: AppliedObject, uid?: string): Promise<ObjectMetadata> {
    const ownerReferences = this.#owner && [await this.#owner()];
    const wanted = {
      ...object,
      metadata: { ...object.metadata, ...(uid && { uid }), ...(ownerReferences && { ownerReferences }) },
    };
    this.#assertMayWrite();
    const applied = await this.#apply(wanted);
    this.#assertMayWrite();
    return await this.#replaceContent(object, applied.uid ?? '');
  }

  /** Applies without changing anything: throws what applying would throw. */
  async tryOut(object: AppliedObject): Promise<void> {
    await this.#apply(object, '&dryRun=All');
  }

  /** The object that stands under this name; undefined when there is none. */
  async read(object: AppliedObject): Promise<ObjectMetadata | undefined> {
    try {
      return await this.#metadata({ method: 'GET', path: pathOf(object) });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Every object of the kind that carries our label. */
  async list(kind: string): Promise<readonly ObjectMetadata[]> {
    const objects: ObjectMetadata[] = [];
    const signal = this.#callSignal();
    const visit = (object: ObjectMetadata) => void objects.push(object);
    await pagedList(this.#transport, collectionPath(kind), signal, visit, { labelSelector: MANAGED_SELECTOR });
    return objects;
  }

  /** Deletes exactly this object; that it is gone already is fine. */
  async delete(kind: string, { name, uid }: ObjectMetadata): Promise<void> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    this.#assertMayWrite();
    try {
      const response = await this.#transport.open({
        method: 'DELETE',
        path: `${collectionPath(kind)}/${encodeURIComponent(name)}`,
        body: JSON.stringify(options),
        signal: this.#callSignal(),
      });
      response.resume();
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #assertMayWrite(): void {
    if (!this.#mayWrite()) throw new LeftToAnother();
  }

  #apply(object: AppliedObject, more = ''): Promise<ObjectMetadata> {
    return this.#metadata({
      method: 'PATCH',
      path: `${pathOf(object)}?fieldManager=${FIELD_MANAGER}&force=true${more}`,
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(object),
    });
  }

  /**
   * An apply leaves what others have added, such as a condition that is never true or an objectSelector: a webhook that is
   * switched off by it would look untouched. Where nothing was added this changes nothing, not even the resourceVersion.
   */
  #replaceContent(object: AppliedObject, uid: string): Promise<ObjectMetadata> {
    const { apiVersion: _, kind: __, metadata: ___, ...content } = object;
    const operations = Object.entries(content).map(([key, value]) => ({ op: 'add', path: `/${key}`, value }));
    return this.#metadata({
      method: 'PATCH',
      path: `${pathOf(object)}?fieldManager=${FIELD_MANAGER}`,
      contentType: 'application/json-patch+json',
      body: JSON.stringify([{ op: 'test', path: '/metadata/uid', value: uid }, ...operations]),
    });
  }

  async #metadata(request: Omit<KubeRequest, 'signal' | 'accept'>): Promise<ObjectMetadata> {
    const signal = this.#callSignal();
    const response = await this.#transport.open({ ...request, accept: ACCEPT_PARTIAL_OBJECT, signal });
    const { metadata } = JSON.parse(await textOf(response)) as { readonly metadata: ObjectMetadata };
    return metadata;
  }

  #callSignal(): AbortSignal {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
  }
}

const pathOf = ({ kind, metadata }: AppliedObject): string =>
  `${collectionPath(kind)}/${encodeURIComponent(metadata.name)}`;
