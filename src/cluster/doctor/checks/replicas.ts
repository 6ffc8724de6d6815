import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { readJson } from '../../read-json.ts';
import type { Check } from '../examine.ts';

interface PodList {
  readonly items: readonly { readonly spec: { readonly containers: readonly { readonly image: string }[] } }[];
}

/** Whether the replicas are there and ready, and run one version. */
export const replicas: Check = async (patient) => {
  const { installation, namespace, transport } = patient;
  const deployment = await patient.deployment();
  if (deployment === undefined)
    return [
      problem(
        `there is no Deployment ${namespace}/${installation}; install the chart, or name another with -n and --installed-as`,
        `kubectl get deployments --all-namespaces -l app.kubernetes.io/name=pillion`,
      ),
    ];
  const { spec, status } = deployment;
  const [wanted, ready] = [spec.replicas ?? 1, status?.readyReplicas ?? 0];
  const says = `${ready} of ${wanted} replicas are ready`;
  const next = `kubectl -n ${namespace} describe deployment ${installation}`;
  if (ready === 0) return [problem(`${says}: pods that ask are refused`, next)];
  const labels = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const query = new URLSearchParams({ labelSelector: labels.join(',') });
  const pods = await readJson<PodList>(transport, `/api/v1/namespaces/${namespace}/pods?${query}`);
  const images = new Set((pods?.items ?? []).flatMap((pod) => pod.spec.containers[0]?.image ?? []));
  const running = [...images].sort().join(', ');
  if (ready < wanted) return [warning(`${says}; they run ${running}`, next)];
  if (images.size > 1)
    return [
      warning(
        `${says}, of several versions: ${running}`,
        `kubectl -n ${namespace} rollout status deployment ${installation}`,
      ),
    ];
  return [ok(`${says}${running === '' ? '' : `; they run ${running}`}`)];
};
