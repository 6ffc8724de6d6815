import { metadataOf } from '../kubernetes/metadata.ts';
import { ACTIVE_POLICY } from '../policy/policy-objects.ts';
import { policyWarnings } from '../policy/policy-warnings.ts';
import { profileSchemaFor } from '../policy/profile-schema.ts';
import { readValue } from '../policy/read-object.ts';
import { tryProfile } from '../policy/samples.ts';
import { problemLine } from '../problem/problem.ts';
import { comparisonTexts } from '../simulation/running-comparison.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/** The name of the object that is created, changed or deleted; of one that is created the request need not have it. */
export function objectName({ name, object, oldObject }: AdmissionRequest): string {
  const given = metadataOf(object ?? oldObject).name;
  return name || (typeof given === 'string' ? given : '');
}

const NOT_IN_FORCE =
  'the object is valid and stored, and not in force: this server takes its policy from the files of --policy and --profile, not from --policy-objects';

/** What follows from an object that is good, one sentence each, for whoever applies it. */
export function effectOf(request: AdmissionRequest, snapshot: Snapshot): readonly string[] {
  if (snapshot.objects === undefined) return [NOT_IN_FORCE];
  const { comparison } = snapshot;
  const own =
    request.resource.resource === 'injectionpolicies'
      ? policyEffect(request, snapshot)
      : profileEffect(request, snapshot);
  return [...own, ...(comparison === undefined ? [] : comparisonTexts(comparison))];
}

function policyEffect(request: AdmissionRequest, { objects }: Snapshot): readonly string[] {
  const name = objectName(request);
  if (name === ACTIVE_POLICY) {
    const next = objects?.policyAfter?.({ kind: 'InjectionPolicy', name, object: request.object });
    return next === undefined ? [] : policyWarnings(next).map(problemLine);
  }
  return ['the policy is asked about each pod beside the one that decides, and only reported'];
}

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
