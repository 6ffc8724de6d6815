import { annotationIn } from '../kubernetes/metadata.ts';
import { ACTIVE_PLAN } from '../policy/plan-object.ts';
import { ACTIVE_POLICY } from '../policy/policy-objects.ts';
import { objectName } from './policy-object-change.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The annotation that lets an object be deleted on which others rely. Those of a Helm release carry it: uninstalling, and an upgrade without
 * them, delete them.
 */
const ALLOW_DELETION = 'pillion.io/allow-deletion';

/** What stands against the deletion of an object, and what follows from it. */
export interface Deletion {
  readonly objection?: string;
  readonly effect: readonly string[];
}

/** Nothing stands against it where files say what counts. */
export function deletionOf(request: AdmissionRequest, snapshot: Snapshot): Deletion {
  const { resource, oldObject } = request;
  const name = objectName(request);
  const { objects, policy } = snapshot;
  if (objects === undefined) return { effect: [] };
  const isPolicy = resource.resource === 'injectionpolicies';
  if (resource.resource === 'rolloutplans') return planDeletion(name, oldObject, snapshot);
  const uses = policy.spec.profiles.some((choice) => choice.name === name);
  if (isPolicy ? name !== ACTIVE_POLICY : !uses) return { effect: [] };
  const allowed = annotationIn(oldObject, ALLOW_DELETION) === 'true';
  if (allowed) return { effect: [isPolicy ? BUILT_IN_DECIDES : withoutProfile(name)] };
  const what = isPolicy
    ? 'it is the policy that decides, and without it the built-in one would'
    : `the policy in force names the profile ${name}`;
  const first = isPolicy ? '' : 'take it out of the policy first; or ';
  const kind = isPolicy ? 'injectionpolicy' : 'sidecarprofile';
  return {
    objection: `${what}; ${first}when you mean it: kubectl annotate ${kind} ${name} ${ALLOW_DELETION}=true, then delete it`,
    effect: [],
  };
}

function planDeletion(name: string, plan: unknown, { policy }: Snapshot): Deletion {
  if (policy.stages === undefined || name !== ACTIVE_PLAN) return { effect: [] };
  if (annotationIn(plan, ALLOW_DELETION) === 'true') return { effect: [NO_STAGE_IS_OPEN] };
  return {
    objection: `the policy holds pods to the stages of the plan, and without it none is open; when you mean it: kubectl annotate rolloutplan ${name} ${ALLOW_DELETION}=true, then delete it`,
    effect: [],
  };
}

const NO_STAGE_IS_OPEN = 'no stage is open from now on, so pods that ask are left alone';
const BUILT_IN_DECIDES =
  'the built-in policy decides from now on; pillion policy history has what was deleted, pillion policy rollback brings it back';
const withoutProfile = (name: string): string =>
  `the policy in force names the profile ${name}: the last good policy stays until it is changed`;
