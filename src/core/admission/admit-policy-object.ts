import { InjectionPolicy } from '../api/injection-policy.ts';
import { RolloutPlan } from '../api/rollout-plan.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { specProblems } from '../policy/active-policy.ts';
import { policyProblems, sidecarProfileProblems } from '../policy/object-problems.ts';
import { namedOnly, withoutStatus } from '../policy/own-documents.ts';
import { lengthProblems, objectSource } from '../policy/policy-objects.ts';
import { profileSchemaFor } from '../policy/profile-schema.ts';
import { readValue } from '../policy/read-object.ts';
import { type Problem, problemLine } from '../problem/problem.ts';
import { planProblems } from '../rollout/plan-problems.ts';
import { comparisonTexts } from '../simulation/running-comparison.ts';
import { freshStamps } from '../stamps/stamps.ts';
import type { Admission } from './admit.ts';
import { denied, passed } from './answers.ts';
import type { Call } from './call.ts';
import { objectName, policyObjectChange } from './policy-object-change.ts';
import { deletionOf } from './policy-object-deletion.ts';
import { effectOf } from './policy-object-effect.ts';
import { absentProfiles, profilesFollow } from './policy-object-profiles.ts';
import { problemsBrought } from './policy-object-set.ts';
import { bareRecordOf } from './record.ts';
import { hintWarningsOf, warningFrom } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';
import { stamped } from './stamped.ts';

/** The annotations of our own objects that tell who changed their spec last, and when. Only Pillion writes them. */
const STAMP_KEYS = ['pillion.io/changed-by', 'pillion.io/changed-at'] as const;
type StampKey = (typeof STAMP_KEYS)[number];

/** @param old what stood there before; undefined for a new object */
type Judge = (object: unknown, snapshot: Snapshot, old?: unknown) => readonly Problem[];

const JUDGES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  [
    'injectionpolicies',
    (object, snapshot) => {
      const read = readValue(InjectionPolicy, object);
      if ('problems' in read) return read.problems;
      const { spec } = read.value;
      // where files say what counts, a name says nothing
      if (snapshot.objects === undefined) return specProblems(spec);
      return [...policyProblems(read.value), ...absentProfiles(object, spec, snapshot.objects)];
    },
  ],
  [
    'sidecarprofiles',
    (object) => {
      const read = readValue(profileSchemaFor(object), object);
      return 'problems' in read ? read.problems : sidecarProfileProblems(read.value);
    },
  ],
  [
    'rolloutplans',
    (object, _snapshot, old) => {
      const problems = problemsOfPlan(object);
      // a rollout has to be stopped and taken back also by a plan that came past this hook
      const before = new Set(old === undefined ? [] : problemsOfPlan(old).map(problemLine));
      return problems.filter((problem) => !before.has(problemLine(problem)));
    },
  ],
]);

function problemsOfPlan(object: unknown): readonly Problem[] {
  const read = readValue(RolloutPlan, namedOnly(object));
  return 'problems' in read ? read.problems : planProblems(read.value);
}

/**
 * Answers for the creation, change or deletion of one of our own objects: refuses what cannot be used, with every place, what stands there
 * and what is accepted, and a deletion by which others would lose what they rely on; and says on the object who changed it and when.
 */
export function admitPolicyObject(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { policy } = snapshot;
  const { resource, subResource, operation, object, oldObject } = request;
  const problemsOf = JUDGES.get(resource.resource);
  const changes = operation === 'CREATE' || operation === 'UPDATE';
  if (
    problemsOf === undefined ||
    resource.group !== 'pillion.io' ||
    subResource !== '' ||
    !(changes || operation === 'DELETE')
  )
    return passed(request, bareRecordOf(request, call, policy, { verdict: 'allow', reason: 'not-a-policy-change' }));
  if (operation === 'DELETE') return deletion(request, snapshot, call);
  if (typeof metadataOf(oldObject).deletionTimestamp === 'string') {
    const outcome = { verdict: 'allow', reason: 'policy-object-under-deletion' } as const;
    return passed(request, aboutObject(request, bareRecordOf(request, call, policy, outcome)));
  }
  const tooLong = lengthProblems(objectSource('InjectionPolicy', objectName(request), object));
  const old = operation === 'UPDATE' ? oldObject : undefined;
  const before = old === undefined ? undefined : withoutStatus(old);
  const own = tooLong.length > 0 ? tooLong : problemsOf(withoutStatus(object), snapshot, before);
  const problems = own.length > 0 ? own : problemsOfSet(request, snapshot);
  if (problems.length > 0) {
    const outcome = { verdict: 'deny', reason: 'policy-object-invalid', problems } as const;
    return denied(request, aboutObject(request, bareRecordOf(request, call, policy, outcome)));
  }
  const { patch, hints } = stamped<StampKey>(request, STAMP_KEYS, ({ before, written }) =>
    specText(object) === specText(old) ? before : freshStamps<StampKey>(STAMP_KEYS, request.user, call.now, written),
  );
  const outcome = { verdict: 'allow', reason: 'policy-object-valid' } as const;
  const record = {
    ...aboutObject(request, bareRecordOf(request, call, policy, outcome)),
    hints: [...hints],
    ...(patch === undefined ? {} : { patch: patch.summary }),
  };
  const warnings = [...effectOf(request, snapshot, call.now).map(warningFrom), ...hintWarningsOf(record)];
  return passed(request, record, { warnings, ...(patch === undefined ? {} : { patch: patch.base64 }) });
}

/** A policy whose profiles follow is judged with them when they have come. */
function problemsOfSet(request: AdmissionRequest, { objects }: Snapshot): readonly Problem[] {
  const change = policyObjectChange(request);
  if (objects === undefined || change === undefined || profilesFollow(change.object)) return [];
  return problemsBrought(change, objects);
}

/** Nothing stands in the way of a deletion but that somebody relies on the object. */
function deletion(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { objection, effect } = deletionOf(request, snapshot);
  const outcome =
    objection === undefined
      ? ({ verdict: 'allow', reason: 'policy-object-deleted' } as const)
      : ({ verdict: 'deny', reason: 'policy-object-relied-on', problems: [{ path: '', message: objection }] } as const);
  const record = aboutObject(request, bareRecordOf(request, call, snapshot.policy, outcome));
  const { comparison } = snapshot;
  const told = [...effect, ...(comparison === undefined ? [] : comparisonTexts(comparison))];
  return objection === undefined
    ? passed(request, record, { warnings: told.map(warningFrom) })
    : denied(request, record);
}

const aboutObject = <R extends object>(request: AdmissionRequest, record: R) => {
  const about = request.object ?? request.oldObject;
  const kind = isObject(about) && typeof about.kind === 'string' ? about.kind : '';
  return { ...record, object: { kind, name: objectName(request) } };
};

const specText = (object: unknown): string => (isObject(object) ? canonicalJson(object.spec ?? null) : '');
