import type { Notice } from '../../core/scan/notices.ts';
import { readJson } from '../read-json.ts';
import { rootOf, WORKLOADS } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';
import { type WrittenEvent, writeEvent } from '../write-event.ts';

/**
 * Writes an Event on the workload that a notice is about: one for all its pods, while it stands.
 * @returns `known` when it stands already, `gone` when the workload does not
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function tellNotice(
  transport: KubeTransport,
  notice: Notice,
  { now, replica, signal }: { readonly now: Date; readonly replica: string; readonly signal: AbortSignal },
): Promise<'written' | 'known' | 'gone'> {
  const about = await regarded(transport, notice, signal);
  if (about === undefined) return 'gone';
  const { namespace, code, note } = notice;
  const said = { type: 'Warning', reason: camelCase(code), action: 'Scanned', note } as const;
  return await writeEvent(transport, { namespace, about, ...said, part: 'scan', replica, now, only: code }, signal);
}

/** As Kubernetes writes reasons. */
const camelCase = (code: string): string =>
  code
    .split('-')
    .map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join('');

/** The workload itself; the pod where its kind is none of Kubernetes’ own. */
async function regarded(
  transport: KubeTransport,
  { namespace, owner, pod }: Notice,
  signal: AbortSignal,
): Promise<WrittenEvent['about'] | undefined> {
  const [kind = '', name = ''] = owner.split('/');
  const resource = WORKLOADS.find((each) => each.kind === kind) ?? { kind: 'Pod', apiVersion: 'v1', plural: 'pods' };
  const ofName = resource.kind === kind ? name : pod;
  const path = `${rootOf(resource)}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}/${encodeURIComponent(ofName)}`;
  const object = await readJson<{ readonly metadata: { readonly uid: string } }>(transport, path, signal);
  return object && { apiVersion: resource.apiVersion, kind: resource.kind, name: ofName, uid: object.metadata.uid };
}
