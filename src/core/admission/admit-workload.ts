import type { DecisionRecord } from '../api/decision-record.ts';
import { decide } from '../decision/decide.ts';
import type { Hint } from '../decision/hints.ts';
import { marksOnWorkload } from '../decision/marks-on-workload.ts';
import { subjectOf } from '../decision/subject.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { readPod } from '../kubernetes/pod.ts';
import { podOfWorkload, type WorkloadPod } from '../kubernetes/workload.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Admission } from './admit.ts';
import { passed } from './answers.ts';
import type { Call } from './call.ts';
import { compatibilityWarnings } from './compatibility-warnings.ts';
import { answerFailure } from './fail.ts';
import { bareRecordOf, forecastRecordOf, recordIdOf } from './record.ts';
import { forecastOf, MAX_WARNINGS, warningFrom } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';
import { withShadows } from './with-shadows.ts';
import { workloadOf } from './workload-of.ts';

/**
 * Answers for a workload: what will become of its pods, told to the person who applies it. It never refuses and never changes
 * anything; that is done to the pods themselves.
 */
export function admitWorkload(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { policy, namespaces } = snapshot;
  if (request.resource.resource === 'pods' && request.operation !== 'CREATE') return runningPod(request, policy, call);
  const made = podOfWorkload(request.object);
  if (made === undefined)
    return passed(request, bareRecordOf(request, call, policy, { verdict: 'skip', reason: 'not-a-pod-creation' }));
  const read = readPod(made.pod);
  const workload = workloadOf(request.object, made);
  if ('problems' in read) {
    const problems = read.problems.map(({ path, message }) => ({ path: made.templatePath + path, message }));
    const outcome = { verdict: 'deny' as const, reason: 'rendered-pod-invalid' as const, problems };
    return told(request, made, { ...bareRecordOf(request, call, policy, outcome), ...workload });
  }
  const namespace = namespaces.get(request.namespace);
  if (namespace === undefined)
    return answerFailure(request, policy, call, 'namespace-unknown', `namespace ${request.namespace}`);
  const subject = subjectOf(read.pod, namespace, policy, recordIdOf(request.uid), true, snapshot.services);
  const decision = decide(subject);
  const record = forecastRecordOf(request, call, subject, decision);
  const problems = record.problems.map(({ path, message }) => ({ path: path && made.templatePath + path, message }));
  const hints = [...record.hints, ...marksOnWorkload(made, policy)];
  const fits = () => (decision.verdict === 'inject' ? compatibilityWarnings(request, made, subject) : []);
  const admission = told(request, made, { ...record, problems, hints, ...workload }, fits);
  return withShadows(admission, subject, decision, snapshot, call);
}

// what a controller makes for another object was told to the person who applied that one; a person may name an owner as well
function told(
  request: AdmissionRequest,
  { kind, name }: WorkloadPod,
  record: DecisionRecord,
  more: () => readonly string[] = () => [],
): Admission {
  const byController = record.controllerUid !== undefined && request.user.startsWith('system:');
  const warnings = byController
    ? []
    : [...forecastOf(record, `${kind.toLowerCase()}/${name}`), ...more()].slice(0, MAX_WARNINGS);
  return passed(request, record, { warnings });
}

// only a change of its mark is sent here
function runningPod(request: AdmissionRequest, policy: ActivePolicy, call: Call): Admission {
  const { podKey } = policy.spec.optIn;
  const { uid } = metadataOf(request.object);
  const message = `${podKey} of a running pod has no effect, it counts when a pod is created; set it on the pod template of the workload`;
  const hint: Hint = { code: 'mark-without-effect', message };
  const bare = bareRecordOf(request, call, policy, { verdict: 'skip', reason: 'not-a-pod-creation' });
  const record = {
    ...bare,
    hints: [hint],
    ...(typeof uid === 'string' ? { podUid: uid } : {}),
  };
  return passed(request, record, { warnings: [warningFrom(message)] });
}
