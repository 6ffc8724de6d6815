import { coveredProbe } from '../../../core/doctor/covered-probe.ts';
import { type Finding, ok, problem, warning } from '../../../core/doctor/finding.ts';
import type { Namespace } from '../../../core/kubernetes/namespace.ts';
import { annotationsOf, ownValue, type Pod } from '../../../core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../../core/policy/active-policy.ts';
import { ANNOTATIONS } from '../../../core/sidecar/names.ts';
import { ApiError } from '../../api-error.ts';
import { type KubeTransport, textOf } from '../../transport.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';
import type { Patient } from '../patient.ts';

// the longest a webhook of ours may take, twice, and what the API server needs besides
const TRIED_WITHIN_MS = 20_000;

// a namespace may have no room by its quota; several tell more
const TRIED = 5;

/** Where a pod is tried out. */
export interface TriedOut extends Pick<Patient, 'transport' | 'installation' | 'namespace' | 'only'> {
  readonly policy: ActivePolicy;
  /** The namespaces that opted in, of those that may be used. */
  readonly open: readonly Namespace[];
}

/** Whether a pod that asks gets its sidecar: tried out by a dry run, which leaves nothing behind. */
export const dryRunPod: Check = byPolicy(async (patient, policy) => {
  const { transport, installation, namespace, only } = patient;
  return await tryOut({ transport, installation, namespace, only, policy, open: await patient.open() });
});

/** The same, for who knows already what is open. */
export async function tryOut({ transport, policy, only, open, ...own }: TriedOut): Promise<readonly Finding[]> {
  if (only !== undefined && open.length === 0)
    return [warning(`cannot try a pod in ${only}: it is not there, or did not opt in`)];
  if (open.length === 0) return [ok('no namespace opted in, so there is nothing to try')];
  const reached = open.flatMap((namespace) => {
    const probe = coveredProbe(policy, namespace);
    return probe === undefined ? [] : [{ name: namespace.name, probe }];
  });
  const [first] = open;
  if (reached.length === 0)
    return [
      warning(`cannot try a pod in ${first?.name}: none was found that an open stage covers and no exclusion names`),
    ];
  let last: unknown;
  for (const { name, probe } of reached.slice(0, TRIED)) {
    try {
      const pod = await tried(transport, name, probe);
      const status = ownValue(annotationsOf(pod), ANNOTATIONS.status);
      if (status !== undefined) return [ok(`a pod that asks in ${name} gets its sidecar, by ${facts(status)}`)];
      const next = `kubectl -n ${own.namespace} logs deployment/${own.installation} --tail=50`;
      return [problem(`a pod that asks in ${name} gets no sidecar`, next)];
    } catch (error) {
      last = error;
      if (!(error instanceof ApiError) || !isFull(error)) break;
    }
  }
  if (!(last instanceof ApiError) || mayNot(last)) throw last;
  const next = `kubectl -n ${own.namespace} get pods,endpointslices`;
  return [problem(`a pod that asks is refused: ${last.message}`, next)];
}

async function tried(transport: KubeTransport, namespace: string, pod: Pod): Promise<Pod> {
  const response = await transport.open({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    body: JSON.stringify(pod),
    signal: AbortSignal.timeout(TRIED_WITHIN_MS),
  });
  return JSON.parse(await textOf(response)) as Pod;
}

const isFull = ({ status, message }: ApiError): boolean => status === 403 && message.includes('exceeded quota');

/** The caller has no right to create pods; a refusal by a policy has the same status. */
const mayNot = ({ status, message }: ApiError): boolean =>
  status === 401 || (status === 403 && /cannot create resource/.test(message));

function facts(status: string): string {
  try {
    const { policy, revision, recordId } = JSON.parse(status) as Record<string, unknown>;
    return `policy ${policy}, revision ${revision}, record ${recordId}`;
  } catch {
    return 'a status that cannot be read';
  }
}
