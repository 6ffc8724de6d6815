import { decide } from '../../../core/decision/decide.ts';
import { subjectOf } from '../../../core/decision/subject.ts';
import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { probePod } from '../../../core/doctor/probe-pod.ts';
import { sidecarContainers } from '../../../core/doctor/sidecar-containers.ts';
import { ANNOTATIONS } from '../../../core/sidecar/names.ts';
import { pagedList } from '../../paged-list.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

const LISTED_WITHIN_MS = 60_000;

/** With a namespace named: what an ordinary pod that asks gets there, by which profile, and how many pods have it. */
export const oneNamespace: Check = byPolicy(async (patient, policy) => {
  const { only } = patient;
  if (only === undefined) return [];
  const namespace = (await patient.namespaces()).find(({ name }) => name === only);
  if (namespace === undefined) return [problem(`there is no namespace ${only}`, 'kubectl get namespaces')];
  const pod = probePod(policy.spec.optIn.podKey);
  const subject = subjectOf(pod, namespace, policy, '');
  const { verdict, reason } = decide(subject);
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  if (verdict === 'deny')
    return [problem(`a pod that asks in ${only} is refused: ${reason}`, `pillion explain -n ${only} -f pod.yaml`)];
  if (verdict !== 'inject')
    return [
      warning(
        `a pod that asks in ${only} gets no sidecar: ${reason}`,
        `kubectl label namespace ${only} ${key}=${enabled} --overwrite`,
      ),
    ];
  let [pods, carrying] = [0, 0];
  const path = `/api/v1/namespaces/${encodeURIComponent(only)}/pods`;
  await pagedList(patient.transport, path, AbortSignal.timeout(LISTED_WITHIN_MS), ({ annotations = {} }) => {
    pods += 1;
    if (Object.hasOwn(annotations, ANNOTATIONS.status)) carrying += 1;
  });
  const containers = sidecarContainers(namespace, policy).map(({ name }) => name);
  return [
    ok(`${only} opted in; ${carrying} of its ${pods} pods have a sidecar`),
    ok(`profile ${subject.profile.name} gives its pods ${containers.join(' and ')}`),
  ];
});
