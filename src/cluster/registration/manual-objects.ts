import { ACCEPT_PARTIAL_OBJECT, type ObjectMetadata } from '../object-metadata.ts';
import { readJson } from '../read-json.ts';
import { type KubeRequest, type KubeTransport, textOf } from '../transport.ts';
import { type StandingObject, trustToWrite } from './manual-judgement.ts';
import { type AppliedObject, collectionPath, MANAGED_SELECTOR } from './registered-objects.ts';

// of its own, so that whoever applies the objects owns every other field without a conflict
const TRUST_MANAGER = 'pillion-ca';

const CALL_WITHIN_MS = 10_000;

/**
 * The calls for objects that somebody else applies.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export class ManualObjects {
  readonly #transport: KubeTransport;
  readonly #signal: AbortSignal;

  constructor(transport: KubeTransport, signal: AbortSignal) {
    this.#transport = transport;
    this.#signal = signal;
  }

  /** Every object of the kind that carries our label, whole. */
  async list(kind: string): Promise<readonly StandingObject[]> {
    const query = new URLSearchParams({ labelSelector: MANAGED_SELECTOR });
    const path = `${collectionPath(kind)}?${query}`;
    const list = await readJson<{ readonly items: readonly StandingObject[] }>(this.#transport, path, this.#signal);
    return list?.items ?? [];
  }

  /**
   * Gives each hook that stands the caBundle of its rendering, and touches nothing else.
   * @returns the object as it stands then; undefined when there was nothing to write
   */
  async keepTrust(standing: StandingObject, rendered: AppliedObject): Promise<StandingObject | undefined> {
    const webhooks = trustToWrite(standing, rendered);
    if (webhooks.length === 0) return undefined;
    const { apiVersion, kind } = rendered;
    const { name, uid } = standing.metadata;
    const metadata = await this.#patch(rendered, {
      query: { fieldManager: TRUST_MANAGER, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify({ apiVersion, kind, metadata: { name, uid }, webhooks }),
    });
    return { ...standing, metadata };
  }

  /**
   * Whether the object stands otherwise than rendered, judged by the API server itself, so that what it adds by default is no
   * difference: it replaces the content in a dry run, and counts a generation up when that changes something.
   */
  async differs(standing: StandingObject, rendered: AppliedObject): Promise<boolean> {
    const { apiVersion: _, kind: __, metadata: ___, ...content } = rendered;
    const operations = Object.entries(content).map(([key, value]) => ({ op: 'add', path: `/${key}`, value }));
    const tried = await this.#patch(rendered, {
      query: { fieldManager: TRUST_MANAGER, dryRun: 'All' },
      contentType: 'application/json-patch+json',
      body: JSON.stringify([{ op: 'test', path: '/metadata/uid', value: standing.metadata.uid }, ...operations]),
    });
    return tried.generation !== standing.metadata.generation;
  }

  async #patch(
    { kind, metadata: { name } }: AppliedObject,
    sent: Pick<KubeRequest, 'body' | 'contentType'> & { readonly query: Readonly<Record<string, string>> },
  ): Promise<ObjectMetadata> {
    const { query, ...content } = sent;
    const response = await this.#transport.open({
      method: 'PATCH',
      path: `${collectionPath(kind)}/${encodeURIComponent(name)}?${new URLSearchParams(query)}`,
      accept: ACCEPT_PARTIAL_OBJECT,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
      ...content,
    });
    const { metadata } = JSON.parse(await textOf(response)) as { readonly metadata: ObjectMetadata };
    return metadata;
  }
}
