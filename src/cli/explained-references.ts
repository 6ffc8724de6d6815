import { readJson } from '../cluster/read-json.ts';
import { isNamespaceName } from '../cluster/read-namespace.ts';
import { parseWorkload, rootOf, WORKLOAD_NAMES, WORKLOADS, type WorkloadReference } from '../cluster/read-workload.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { nearest } from '../core/decision/nearest.ts';
import { someOf } from '../core/doctor/finding.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { Fault } from '../core/problem/faults.ts';
import { quoted } from '../core/problem/quoted.ts';
import { usage } from './webhook-address.ts';

/** What is to be explained, as it was named. */
export type ExplainedReference =
  | { readonly text: string; readonly namespace: string }
  | { readonly text: string; readonly workload: WorkloadReference };

const NAMESPACE_NAMES = ['ns', 'namespace', 'namespaces'];

/**
 * Reads `KIND/NAME`.
 * @throws Fault PIL003 that says what is accepted, and what was probably meant
 */
export function explainedReference(text: string): ExplainedReference {
  const [kind = '', name = '', ...more] = text.split('/');
  if (NAMESPACE_NAMES.includes(kind.toLowerCase()) && more.length === 0 && isNamespaceName(name))
    return { text, namespace: name };
  const workload = parseWorkload(text);
  if (workload !== undefined) return { text, workload };
  throw usage(`${quoted(text)} is no KIND/NAME${adviceFor(kind, name, more.length > 0)}`);
}

function adviceFor(kind: string, name: string, isLonger: boolean): string {
  const known = `known kinds: ${[...WORKLOAD_NAMES, 'namespace'].join(', ')}`;
  if (isLonger) return `; the namespace goes into -n; ${known}`;
  if (name === '') return `: name its kind as well, such as deploy/${kind === '' ? 'web' : kind}; ${known}`;
  const [word = '', ...group] = kind.toLowerCase().split('.');
  const names = [...WORKLOADS.flatMap((resource) => resource.names), ...NAMESPACE_NAMES];
  if (names.includes(word) && group.length > 0)
    return `: ${word} of the group ${group.join('.')} is another kind of the same name, and Pillion does not know what pods it makes; explain one of its pods; ${known}`;
  if (names.includes(word)) return ': the API server takes no such name';
  const near = nearest(word, names);
  return `${near === undefined ? '' : `; did you mean ${near}/${name}?`}; ${known}`;
}

/**
 * That there is no such object, with what was probably meant.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function notFound(
  transport: KubeTransport,
  reference: ExplainedReference,
  namespace: string,
): Promise<Fault> {
  const { text } = reference;
  if ('namespace' in reference) {
    const near = await nearName(transport, '/api/v1/namespaces', reference.namespace);
    return nothing(`there is no namespace ${reference.namespace}${near}; kubectl get namespaces lists them`);
  }
  const { resource, name } = reference.workload;
  if (!isNamespaceName(namespace) || (await readJson(transport, `/api/v1/namespaces/${namespace}`)) === undefined)
    return nothing(`there is no ${text}, since there is no namespace ${quoted(namespace)}; name its namespace with -n`);
  const near = await nearName(transport, `${rootOf(resource)}/namespaces/${namespace}/${resource.plural}`, name);
  return nothing(
    `there is no ${text} in namespace ${namespace}${near}; kubectl get ${resource.plural} -A lists those of every namespace`,
  );
}

const nothing = (message: string): Fault => new Fault('PIL004', [{ path: '', message }]);

// enough to see how they are called there
const MOST_NAMES = 5;

async function nearName(transport: KubeTransport, path: string, name: string): Promise<string> {
  const list = await readJson<{ readonly items: readonly object[] | null }>(transport, `${path}?limit=500`);
  const names = (list?.items ?? []).map((object) => String(metadataOf(object).name));
  const near = nearest(name, names);
  if (near !== undefined) return `; did you mean ${near}?`;
  return names.length === 0 ? '; there is none at all' : `; there is ${someOf(names, MOST_NAMES)}`;
}
