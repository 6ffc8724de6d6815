import { namespaceAnswer } from '../../../core/decision/opt-in/rules.ts';
import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { annotationsOf, ownValue, type Pod } from '../../../core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../../core/sidecar/names.ts';
import { ApiError } from '../../api-error.ts';
import { type KubeTransport, textOf } from '../../transport.ts';
import type { Check } from '../examine.ts';

// the longest a webhook of ours may take, twice, and what the API server needs besides
const TRIED_WITHIN_MS = 20_000;

// a namespace may have no room by its quota; several tell more
const TRIED = 5;

/** Whether a pod that asks gets its sidecar: tried out by a dry run, which leaves nothing behind. */
export const dryRunPod: Check = async (patient) => {
  const policy = await patient.policy().catch(() => undefined);
  if (policy === undefined) return [warning('cannot look: the policy is not known')];
  const open = (await patient.namespaces()).filter(
    ({ name, labels }) =>
      namespaceAnswer(labels, policy.spec.optIn) === undefined && !policy.protectedNamespaces.has(name),
  );
  const { tryIn } = patient;
  const candidates = tryIn === undefined ? open : open.filter(({ name }) => name === tryIn);
  if (tryIn !== undefined && candidates.length === 0)
    return [warning(`cannot try a pod in ${tryIn}: it is not there, or did not opt in`)];
  if (open.length === 0) return [ok('no namespace opted in, so there is nothing to try')];
  let last: unknown;
  for (const { name } of candidates.slice(0, TRIED)) {
    try {
      const pod = await tried(patient.transport, name, policy.spec.optIn.podKey);
      const status = ownValue(annotationsOf(pod), ANNOTATIONS.status);
      if (status !== undefined) return [ok(`a pod that asks in ${name} gets its sidecar, by ${facts(status)}`)];
      const next = `kubectl -n ${patient.namespace} logs deployment/${patient.installation} --tail=50`;
      return [problem(`a pod that asks in ${name} gets no sidecar`, next)];
    } catch (error) {
      last = error;
      if (!(error instanceof ApiError) || !isFull(error)) break;
    }
  }
  if (!(last instanceof ApiError) || mayNot(last)) throw last;
  const next = `kubectl -n ${patient.namespace} get pods,endpointslices`;
  return [problem(`a pod that asks is refused: ${last.message}`, next)];
};

async function tried(transport: KubeTransport, namespace: string, podKey: string): Promise<Pod> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'pillion-doctor-', annotations: { [podKey]: 'true' } },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'pillion.io/doctor:dry-run',
          resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    },
  };
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
