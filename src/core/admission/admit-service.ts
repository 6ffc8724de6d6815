import { type Hint, hintUnder } from '../decision/hints.ts';
import { isoDay } from '../json/iso-time.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { firstProblems } from '../problem/first-problems.ts';
import { type Problem, problemLine } from '../problem/problem.ts';
import { leftOut } from '../traffic/left-out.ts';
import { type ServiceChange, serviceChangeOf } from '../traffic/service-change.ts';
import { TRAFFIC_ANNOTATION } from '../traffic/traffic-service.ts';
import { NO_TRAFFIC_SERVICES, referred } from '../traffic/traffic-services.ts';
import type { Admission } from './admit.ts';
import { denied, passed } from './answers.ts';
import type { Call } from './call.ts';
import { answerFailure } from './fail.ts';
import { bareRecordOf } from './record.ts';
import { recordOfService, serviceNameOf } from './record-of-service.ts';
import { problemWarningsOf } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Answers for the creation or change of a Service: whether what it says about its traffic is accepted, and what of it is not done.
 * What is not accepted is refused, warned of or recorded, as the policy says. Nothing stands in the way of a deletion.
 */
export function admitService(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { policy } = snapshot;
  const change = serviceChangeOf(request, { company: policy.trafficDefaults, today: isoDay(call.now) });
  if (change === undefined) return passed(request, bareRecordOf(request, call, policy, ALLOWED.silent));
  switch (change.course) {
    case 'unreadable':
      return answerFailure(request, policy, call, 'review-unsupported', '', change.problems);
    case 'refused':
      return answerRefused(request, snapshot, call, change);
    case 'accepted': {
      const found = [...firstProblems(change.warnings).map(brokenRule), ...notDone(change, policy)];
      const hints = found.map((hint) => of(request, hint));
      const record = { ...recordOfService(request, snapshot, call, ALLOWED.accepted), hints };
      return passed(request, record, { warnings: problemWarningsOf(record) });
    }
    default:
      return passed(request, recordOfService(request, snapshot, call, ALLOWED[change.course]));
  }
}

const ALLOWED = {
  accepted: { verdict: 'allow', reason: 'traffic-values-accepted' },
  removed: { verdict: 'allow', reason: 'traffic-values-removed' },
  deleted: { verdict: 'allow', reason: 'service-under-deletion' },
  silent: { verdict: 'allow', reason: 'not-a-traffic-change' },
} as const;

/** Whoever changes something else about a Service is not held up by what others wrote before, and told of it. */
function answerRefused(
  request: AdmissionRequest,
  snapshot: Snapshot,
  call: Call,
  change: Extract<ServiceChange, { course: 'refused' }>,
): Admission {
  const { traffic } = snapshot.policy.spec;
  const problems = firstProblems(change.problems).map(withLine);
  const rule = '/spec/traffic/invalidValues';
  if (traffic.invalidValues === 'Deny' && !change.isOld) {
    const outcome = { verdict: 'deny', reason: 'traffic-values-invalid', problems } as const;
    return denied(request, { ...recordOfService(request, snapshot, call, outcome), rule });
  }
  const { services = NO_TRAFFIC_SERVICES } = snapshot;
  const counts = change.wasAccepted || referred(services, request.namespace, serviceNameOf(request)) !== undefined;
  const message = `${TRAFFIC_ANNOTATION} is not accepted; ${counts ? 'what it said before stays in use' : 'nothing is done with its traffic'} until it is mended`;
  const action = traffic.invalidValues === 'Audit' ? 'Audit' : 'Warn';
  const outcome = { verdict: 'allow', reason: 'traffic-values-passed-over', problems } as const;
  const hints = [of(request, hintUnder(action, 'traffic-values-refused', message))];
  const record = { ...recordOfService(request, snapshot, call, outcome), rule, hints };
  return passed(request, record, { warnings: action === 'Audit' ? [] : problemWarningsOf(record) });
}

const brokenRule = (problem: Problem): Hint => ({
  code: 'traffic-rule-broken',
  message: problemLine(withLine(problem)),
});

function notDone(
  { service }: Extract<ServiceChange, { course: 'accepted' }>,
  { activeProfiles }: ActivePolicy,
): readonly Hint[] {
  if (activeProfiles.some(({ followsServices }) => followsServices))
    return leftOut(service).map((one) => ({ code: 'traffic-value-left-out', message: problemLine(one) }));
  const message = `${TRAFFIC_ANNOTATION} has no effect yet: no profile of the policy has the feature Resilience`;
  return [{ code: 'traffic-values-unused', message }];
}

/** The place as part of the message: a record names the object, and so does whoever applies it. */
const withLine = ({ path, line, column, message }: Problem): Problem => ({
  path,
  message: line === undefined ? message : `line ${line}:${column ?? 1}: ${message}`,
});

// several Services may be applied at once
const of = (request: AdmissionRequest, { message, ...hint }: Hint): Hint => ({
  ...hint,
  message: `service/${serviceNameOf(request)}: ${message}`,
});
