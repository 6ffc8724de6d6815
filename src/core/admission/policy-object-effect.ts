import { RolloutPlan } from '../api/rollout-plan.ts';
import { isoDay } from '../json/iso-time.ts';
import { namedOnly } from '../policy/own-documents.ts';
import { ACTIVE_PLAN } from '../policy/plan-object.ts';
import { ACTIVE_POLICY, objectPlace } from '../policy/policy-objects.ts';
import { policyWarnings } from '../policy/policy-warnings.ts';
import { profileSchemaFor } from '../policy/profile-schema.ts';
import { readValue } from '../policy/read-object.ts';
import { tryProfile } from '../policy/samples.ts';
import { problemLine } from '../problem/problem.ts';
import { planWarnings } from '../rollout/plan-problems.ts';
import { comparisonTexts } from '../simulation/running-comparison.ts';
import type { KnownObjects } from './known-objects.ts';
import { objectName } from './policy-object-change.ts';
import { awaitedProfiles } from './policy-object-profiles.ts';
import { placedIn } from './policy-object-set.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

const NOT_IN_FORCE =
  'the object is valid and stored, and not in force: this server takes its policy from the files of --policy and --profile, not from --policy-objects';

/** What follows from an object that is good, one sentence each, for whoever applies it. */
export function effectOf(request: AdmissionRequest, snapshot: Snapshot, now: Date): readonly string[] {
  if (snapshot.objects === undefined) return [NOT_IN_FORCE];
  const { comparison } = snapshot;
  const own = EFFECTS[request.resource.resource]?.(request, snapshot, now) ?? [];
  return [...own, ...(comparison === undefined ? [] : comparisonTexts(comparison))];
}

type Effect = (request: AdmissionRequest, snapshot: Snapshot, now: Date) => readonly string[];

const EFFECTS: Readonly<Record<string, Effect>> = {
  injectionpolicies: policyEffect,
  sidecarprofiles: profileEffect,
  rolloutplans: planEffect,
};

function planEffect(request: AdmissionRequest, { policy }: Snapshot, now: Date): readonly string[] {
  if (objectName(request) !== ACTIVE_PLAN)
    return [`the plan does not count: only the one with the name ${ACTIVE_PLAN} does`];
  const read = readValue(RolloutPlan, namedOnly(request.object));
  return [
    ...('value' in read ? planWarnings(read.value, isoDay(now)).map(problemLine) : []),
    ...(policy.stages === undefined
      ? ['no pod is held to the stages of the plan, as long as the policy does not say rollout.enforce: Skip']
      : []),
  ];
}

function policyEffect(request: AdmissionRequest, { objects }: Snapshot): readonly string[] {
  const name = objectName(request);
  if (objects === undefined) return [];
  if (name !== ACTIVE_POLICY) return shadowEffect(name, request.object, objects);
  const change = { kind: 'InjectionPolicy', name, object: request.object } as const;
  const next = objects.after([change]);
  if ('active' in next) return policyWarnings(next.active).map(problemLine);
  const awaited = new Set(awaitedProfiles(request.object, objects));
  return placedIn(
    change,
    next.problems.filter(({ path }) => !awaited.has(path)),
  ).map((problem) => `not in force, the policy before goes on deciding until this is mended: ${problemLine(problem)}`);
}

function shadowEffect(name: string, object: unknown, objects: KnownObjects): readonly string[] {
  const next = objects.after([{ kind: 'InjectionPolicy', name, object }]);
  const before = new Set(objects.after([]).leftOut.map(problemLine));
  const place = objectPlace('InjectionPolicy', name);
  const own = next.leftOut.filter(({ file }) => file === place);
  // one that comes may take the place of another, as only so many are asked
  const others = next.leftOut.filter((problem) => problem.file !== place && !before.has(problemLine(problem)));
  const shadow = 'active' in next ? next.shadows.find((one) => one.name === name) : undefined;
  return [
    ...(shadow === undefined ? [] : [ASKED, ...policyWarnings(shadow).map(problemLine)]),
    ...own.map(
      ({ path, message }) => `not asked about any pod until this is mended: ${problemLine({ path, message })}`,
    ),
    ...others.map((problem) => `left out from now on: ${problemLine(problem)}`),
    ...(shadow === undefined && own.length === 0 ? [ASKED_LATER] : []),
  ];
}

const ASKED = 'the policy is asked about each pod beside the one that decides, and only reported';
const ASKED_LATER =
  'the policy is not asked about any pod until the one that decides is mended; kubectl describe injectionpolicy default says where';

function profileEffect(request: AdmissionRequest, { policy }: Snapshot): readonly string[] {
  const { object } = request;
  const name = objectName(request);
  const read = readValue(profileSchemaFor(object), object);
  const refusals = 'value' in read ? tryProfile(read.value).refusals : [];
  return [
    ...(policy.spec.profiles.some((choice) => choice.name === name)
      ? []
      : [`no pod gets the profile ${name} as long as the policy in force does not name it`]),
    ...(refusals.length === 0 ? [] : [`pods like these sample pods will be refused: ${refusals.join(', ')}`]),
  ];
}
