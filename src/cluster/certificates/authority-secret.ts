import { type Authorities, bundleOf } from '../../core/certificates/authority.ts';
import { ApiError } from '../api-error.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

/** A Secret, as far as it is read; what else it carries is kept when it is written. */
export interface Secret {
  readonly metadata: ObjectMetadata & { readonly ownerReferences?: readonly OwnerReference[] };
  readonly type?: string;
  /** Base64 by key. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What the keys of its data hold; `ca.crt` is the bundle, for people and for other clients. */
export type AuthorityKey = 'tls.crt' | 'tls.key' | 'next.crt' | 'next.key' | 'previous.crt' | 'ca.crt';

/** Annotation that asks for a rotation, whatever its value; taken away when the rotation has begun. */
export const ROTATE = 'pillion.io/rotate';

/** Annotation with the API server's time at which no leaf of the previous authority is valid any more. */
export const PREVIOUS_UNTIL = 'pillion.io/previous-trusted-until';

const CALL_WITHIN_MS = 10_000;

export interface AuthoritySecretOptions {
  readonly transport: KubeTransport;
  readonly namespace: string;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** The Secret that holds the authorities. Whoever writes it names the state that was read, so that of two replicas one wins. */
export class AuthoritySecret {
  readonly #options: AuthoritySecretOptions;

  constructor(options: AuthoritySecretOptions) {
    this.#options = options;
  }

  /** Where it stands, for messages. */
  get place(): string {
    return `${this.#options.namespace}/${this.#options.name}`;
  }

  /**
   * The Secret as it stands; undefined when there is none.
   * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of the signal
   */
  read(): Promise<Secret | undefined> {
    const { transport, name, signal } = this.#options;
    return readJson<Secret>(transport, `${this.#collection}/${encodeURIComponent(name)}`, signal);
  }

  /**
   * Puts these authorities in the place of what was read.
   * @param read what stood; undefined: there was none
   * @returns false when somebody else was faster: read again
   * @throws as `read`
   */
  async write(read: Secret | undefined, authorities: Authorities, owner: OwnerReference): Promise<boolean> {
    const { transport, name, namespace, signal } = this.#options;
    const path = read === undefined ? this.#collection : `${this.#collection}/${encodeURIComponent(name)}`;
    const secret = secretWith(read ?? { metadata: { name, namespace } }, authorities, owner);
    try {
      const response = await transport.open({
        method: read === undefined ? 'POST' : 'PUT',
        path,
        body: JSON.stringify(secret),
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
      });
      response.resume();
      return true;
    } catch (error) {
      // 409: changed, or made, by another; 404 on a PUT: deleted in between
      if (error instanceof ApiError && (error.status === 409 || (read !== undefined && error.status === 404)))
        return false;
      throw error;
    }
  }

  get #collection(): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.#options.namespace)}/secrets`;
  }
}

/** Whether the Secret goes away together with this owner. */
export const isOwnedBy = ({ metadata }: Secret, { uid }: OwnerReference): boolean =>
  metadata.ownerReferences?.some((reference) => reference.uid === uid) ?? false;

function secretWith(read: Secret, authorities: Authorities, owner: OwnerReference): object {
  const { current, next, previous, previousUntilMs } = authorities;
  const content = new Map<AuthorityKey, string | undefined>([
    ['tls.crt', current.certificate.pem],
    ['tls.key', current.key],
    ['next.crt', next?.certificate.pem],
    ['next.key', next?.key],
    ['previous.crt', previous.length === 0 ? undefined : previous.map(({ pem }) => pem).join('')],
    ['ca.crt', bundleOf(authorities)],
  ]);
  const { managedFields: _, annotations, ownerReferences = [], ...metadata } = read.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    // the API server itself then refuses one without a key
    type: 'kubernetes.io/tls',
    ...read,
    metadata: {
      ...metadata,
      labels: { 'app.kubernetes.io/managed-by': 'pillion', ...metadata.labels },
      annotations: replaced(annotations, [
        [ROTATE, undefined],
        [PREVIOUS_UNTIL, previousUntilMs === undefined ? undefined : new Date(previousUntilMs).toISOString()],
      ]),
      // one of an owner of the same name that is gone would have the Secret collected
      ownerReferences: [
        ...ownerReferences.filter(({ kind, name }) => kind !== owner.kind || name !== owner.name),
        owner,
      ],
    },
    data: replaced(
      read.data,
      [...content].map(([key, text]) => [key, text && Buffer.from(text).toString('base64')]),
    ),
  };
}

/** The record with these entries set, and without those that are undefined; a key may be any text. */
function replaced(
  record: Readonly<Record<string, string>> | undefined,
  entries: readonly (readonly [string, string | undefined])[],
): Record<string, string> {
  const result = new Map<string, string | undefined>([...Object.entries(record ?? {}), ...entries]);
  return Object.fromEntries([...result].filter((entry): entry is [string, string] => entry[1] !== undefined));
}
