import type { InjectionPolicy } from '../api/injection-policy.ts';
import type { RolloutPlan } from '../api/rollout-plan.ts';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import { canonicalJson, digest } from '../json/canonical.ts';
import type { LabelMatcher, LabelSelector } from '../kubernetes/label-selector.ts';
import { matcher, requirementsOf } from '../kubernetes/label-selector.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { labelsOf, type PodMetadata } from '../kubernetes/pod.ts';
import { SYSTEM_NAMESPACES } from '../kubernetes/system-namespaces.ts';
import type { Problem } from '../problem/problem.ts';
import { type ActiveProfile, activateProfile } from '../sidecar/profiles/active-profile.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../traffic/defaults.generated.ts';
import { type Exceptions, exceptionProblems, exceptionsOf } from './exceptions.ts';
import { digestProblems, guardrailProblems } from './guardrail-problems.ts';
import { type StagesInForce, stagesBasis, stagesInForce } from './stages-in-force.ts';

/** Where and when a policy decides. */
export interface Circumstances {
  /** The namespace Pillion runs in, always protected. */
  readonly ownNamespace: string;
  /** The day in UTC, as 2026-11-03: exceptions of a policy end. */
  readonly today: string;
}

/** A policy and the profiles it names, checked and made ready, so that one decision does no work twice. */
export interface ActivePolicy extends Exceptions {
  readonly name: string;
  /** Digest of policy and profiles: equal revisions decide and render alike. */
  readonly revision: string;
  readonly spec: InjectionPolicy['spec'];
  /** Namespaces that are never injected: the system’s and the one Pillion runs in, which no policy can open, and the policy’s own list. */
  readonly protectedNamespaces: ReadonlySet<string>;
  readonly neverInject: readonly LabelMatcher[];
  readonly alwaysInject: readonly LabelMatcher[];
  /** The stages of the rollout that pods are held to; undefined where they are held to none. */
  readonly stages: StagesInForce | undefined;
  /** The keys of all pod labels that its selectors read, each once. */
  readonly selectedPodLabels: readonly string[];
  /** The keys of all namespace labels that its selectors read, each once. */
  readonly selectedNamespaceLabels: readonly string[];
  /** What the company chose for the traffic of its services. */
  readonly trafficDefaults: TrafficDefaults;
  /** Each profile that can be chosen. */
  readonly activeProfiles: readonly ActiveProfile[];
  profileFor(pod: PodMetadata, namespace: Namespace): ActiveProfile;
}

/** The policy that decides, and those in mode Shadow that are asked beside it. */
export interface PolicySet {
  readonly active: ActivePolicy;
  readonly shadows: readonly ActivePolicy[];
}

/** Whether two sets decide, render and report alike. */
export const samePolicies = (one: PolicySet, other: PolicySet): boolean =>
  canonicalJson(revisionsOf(one)) === canonicalJson(revisionsOf(other));

const revisionsOf = ({ active, shadows }: PolicySet) =>
  [active, ...shadows].map(({ name, revision }) => [name, revision]);

/**
 * Makes a policy ready for decisions.
 * @param plan the rollout whose stages count where the policy says so
 * @returns the policy, or the problems of references between the objects
 */
export function activatePolicy(
  policy: InjectionPolicy,
  profiles: readonly SidecarProfile[],
  { ownNamespace, today }: Circumstances,
  plan?: RolloutPlan,
): { readonly active: ActivePolicy } | { readonly problems: readonly Problem[] } {
  const { spec } = policy;
  const problems: Problem[] = [];
  const choices = spec.profiles.flatMap(({ name, namespaceSelector, podSelector }, index) => {
    const profile = profiles.find(({ metadata }) => metadata.name === name);
    if (profile === undefined) {
      const known = profiles.map(({ metadata }) => metadata.name).join(', ');
      problems.push({ path: `/spec/profiles/${index}/name`, message: `is "${name}"; known profiles: ${known}` });
      return [];
    }
    return [
      {
        matchesNamespace: matcherOrAll(namespaceSelector),
        matchesPod: matcherOrAll(podSelector),
        profile: activateProfile(profile),
      },
    ];
  });
  const activeProfiles = choices.map(({ profile }) => profile);
  problems.push(...specProblems(spec), ...digestProblems(spec, activeProfiles));
  const fallback = choices.at(-1)?.profile;
  if (problems.length > 0 || fallback === undefined) return { problems };
  const used = choices.map(({ profile }) => profile.revision);
  const { name } = policy.metadata;
  const exceptions = exceptionsOf(spec, today);
  const ended = exceptions.ended.map(({ rule }) => rule);
  const stages = stagesInForce(spec, plan);
  const scopes = [
    ...spec.profiles,
    ...spec.exclusions,
    ...spec.waivers.map(({ scope }) => scope),
    ...(stages?.stages ?? []),
  ];
  const active: ActivePolicy = {
    ...exceptions,
    name,
    revision: digest(
      canonicalJson([name, spec, used, ownNamespace, ended, ...(stages === undefined ? [] : [stagesBasis(stages)])]),
    ),
    spec,
    protectedNamespaces: new Set([...SYSTEM_NAMESPACES, ...spec.protectedNamespaces, ownNamespace]),
    stages,
    neverInject: spec.neverInject.map(matcher),
    alwaysInject: spec.alwaysInject.map(matcher),
    selectedPodLabels: keysOf([
      ...spec.neverInject,
      ...spec.alwaysInject,
      ...scopes.flatMap(({ podSelector }) => podSelector ?? []),
    ]),
    selectedNamespaceLabels: keysOf(scopes.flatMap(({ namespaceSelector }) => namespaceSelector ?? [])),
    trafficDefaults: spec.traffic.defaults ?? BUILT_IN_TRAFFIC_DEFAULTS,
    activeProfiles,
    profileFor: (pod, namespace) =>
      choices.find(
        ({ matchesNamespace, matchesPod }) => matchesNamespace(namespace.labels) && matchesPod(labelsOf(pod)),
      )?.profile ?? fallback,
  };
  return { active };
}

/** What is wrong with a policy beyond its schema, whichever profiles there are. */
export function specProblems(spec: InjectionPolicy['spec']): readonly Problem[] {
  const problems: Problem[] = [...guardrailProblems(spec), ...exceptionProblems(spec)];
  const last = spec.profiles.at(-1);
  if (last?.namespaceSelector !== undefined || last?.podSelector !== undefined)
    problems.push({
      path: `/spec/profiles/${spec.profiles.length - 1}`,
      message: 'is the last and has a selector; end the list with a profile for all the rest',
    });
  if (spec.onError === 'Admit' && spec.finalState === 'Deny')
    problems.push({
      path: '/spec/onError',
      message:
        'is "Admit", but finalState: Deny refuses a pod without its sidecar all the same; set finalState: Warn or Off, or onError: Refuse',
    });
  return problems;
}

const keysOf = (selectors: readonly LabelSelector[]): string[] => [
  ...new Set(selectors.flatMap((selector) => requirementsOf(selector).map(({ key }) => key))),
];

const matcherOrAll = (selector: LabelSelector | undefined): LabelMatcher =>
  selector === undefined ? () => true : matcher(selector);
