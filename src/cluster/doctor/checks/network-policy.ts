import { ok, orOk, problem, skipped, someOf } from '../../../core/doctor/finding.ts';
import { type NetworkPolicy, type PodPort, shutOutBy } from '../../../core/kubernetes/network-policy.ts';
import type { Check } from '../examine.ts';

// as the chart names and numbers it
const ADMISSION: PodPort = { name: 'admission', number: 8443 };

/** Whether a NetworkPolicy keeps the API server from the replicas. */
export const networkPolicy: Check = async (patient) => {
  const { namespace } = patient;
  const policies = await patient.ownList<NetworkPolicy>('/apis/networking.k8s.io/v1', 'networkpolicies');
  if (policies.length === 0) return [ok(`there is no NetworkPolicy in ${namespace}`)];
  const deployment = await patient.deployment();
  if (deployment === undefined) return [skipped('there is no Deployment, so no pods are known')];
  const labels = deployment.spec.template.metadata?.labels ?? {};
  const names = shutOutBy(policies, labels, ADMISSION).map(({ metadata }) => metadata.name);
  const found =
    names.length === 0
      ? []
      : [
          problem(
            `nothing lets the API server reach port ${ADMISSION.number} of the replicas, which are selected by NetworkPolicy ${someOf(names)}`,
            `kubectl -n ${namespace} edit networkpolicy ${names[0]}`,
          ),
        ];
  return orOk(found, `the NetworkPolicies of ${namespace} let the API server reach the replicas`);
};
