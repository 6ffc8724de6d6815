import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import type { Check } from '../examine.ts';

/** Whether the replicas are there and ready. */
export const replicas: Check = async (patient) => {
  const { installation, namespace } = patient;
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
  const images = new Set((await patient.replicas()).flatMap((pod) => pod.spec.containers[0]?.image ?? []));
  const running = [...images].sort().join(', ');
  if (ready < wanted) return [warning(`${says}; they run ${running}`, next)];
  return [ok(`${says}${running === '' ? '' : `; they run ${running}`}`)];
};
