import type { ActivePolicy } from '../../policy/active-policy.ts';
import type { ActiveProfile, OrdinaryPod } from '../../sidecar/profiles/active-profile.ts';
import { NOT_OF_OTHER_MESH } from '../carried-sidecar.ts';
import { either, variable } from '../cel.ts';
import { listed } from '../cel-patch.ts';
import { unprotected } from '../namespace-groups.ts';
import { type MutatingAdmissionPolicy, type MutatingAdmissionPolicyBinding, registered } from '../objects.ts';
import { injectConditions } from '../pod-conditions.ts';
import { POD_CREATION } from '../webhook.ts';
import { getsProfile } from './chosen-profile.ts';
import { injectingPatch } from './injecting-patch.ts';
import { leftAlone } from './left-alone.ts';

/** What the API server can do of a policy by itself. */
export interface Fallback {
  /** One policy for each profile that can be expressed, with its binding; equal input gives equal objects. */
  readonly objects: readonly (MutatingAdmissionPolicy | MutatingAdmissionPolicyBinding)[];
  /** Those policies, and which pods of its profile each leaves alone. */
  readonly policies: readonly {
    readonly name: string;
    readonly profile: string;
    readonly leavesAlone: readonly string[];
  }[];
  /** Profiles of which nothing is expressed. */
  readonly otherProfiles: readonly string[];
}

/** What the names of all these objects begin with. */
export const FALLBACK_PREFIX = 'pillion-fallback-';

const CHOSEN = 'chosen';

/**
 * The part of a policy that the API server can do by itself while the webhook is away. These objects are none that the server
 * registers and keeps: an operator applies them when the webhook cannot be had, and deletes them when it is back.
 */
export function fallbackOf(policy: ActivePolicy): Fallback {
  const profiles = [...new Map(policy.activeProfiles.map((profile) => [profile.name, profile])).values()];
  const expressed = profiles.flatMap((profile) =>
    profile.ordinaryPod === undefined ? [] : [fallbackPolicy(policy, profile, profile.ordinaryPod)],
  );
  return {
    objects: expressed.flatMap(({ objects }) => objects),
    policies: expressed.map(({ summary }) => summary),
    otherProfiles: profiles.filter(({ ordinaryPod }) => ordinaryPod === undefined).map(({ name }) => name),
  };
}

function fallbackPolicy(policy: ActivePolicy, profile: ActiveProfile, ordinary: OrdinaryPod) {
  const name = FALLBACK_PREFIX + profile.name;
  const spared = leftAlone(profile, ordinary);
  const { variables, operations } = injectingPatch(profile, ordinary, policy, name);
  const mutating: MutatingAdmissionPolicy = {
    ...registered('MutatingAdmissionPolicy', name),
    spec: {
      // a pod that asked never starts without its sidecar
      failurePolicy: 'Fail',
      // a second call would find its own sidecar, and a pod that is left alone is never asked about again (Kubernetes v1.37,
      // apiserver/pkg/admission/plugin/policy/mutating/dispatcher.go)
      reinvocationPolicy: 'Never',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: { matchExpressions: [unprotected(policy)] },
        resourceRules: [POD_CREATION],
      },
      // what keeps a pod from being injected whatever the profile is stands in injectConditions alone
      matchConditions: [...injectConditions(policy), NOT_OF_OTHER_MESH, ...spared.map(({ unless }) => unless)],
      // only a variable sees the namespace
      variables: [{ name: CHOSEN, expression: getsProfile(policy, profile.name) }, ...variables],
      mutations: [
        { patchType: 'JSONPatch', jsonPatch: { expression: either(variable(CHOSEN), operations, listed()) } },
      ],
    },
  };
  const binding: MutatingAdmissionPolicyBinding = {
    ...registered('MutatingAdmissionPolicyBinding', name),
    spec: { policyName: name },
  };
  return {
    objects: [mutating, binding],
    summary: { name, profile: profile.name, leavesAlone: spared.map(({ pods }) => pods) },
  };
}
