import { InjectionPolicy } from '../api/injection-policy.ts';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { isObject } from '../json/is-object.ts';
import { firstProblems } from '../problem/first-problems.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { type ActivePolicy, activatePolicy, type Circumstances, type PolicySet } from './active-policy.ts';
import { type LoadedPolicy, MAX_POLICY_CHARACTERS, MOST_SHADOWS, type Source } from './load.ts';
import { policyProblems, sidecarProfileProblems } from './object-problems.ts';
import { type PlanObjects, planAmong } from './plan-object.ts';
import { profileSchemaFor } from './profile-schema.ts';
import { readValue } from './read-object.ts';

/** The InjectionPolicy of a cluster that decides. */
export const ACTIVE_POLICY = 'default';

/** The profiles that Pillion brings. */
export const BUILT_IN_PROFILES = ['envoy', 'istio'] as const;

/** The kinds of objects that make up the policy of a cluster. */
export const POLICY_KINDS = ['InjectionPolicy', 'SidecarProfile', 'RolloutPlan'] as const;

/** One of them. */
export type PolicyKind = (typeof POLICY_KINDS)[number];

/** The name under which problems of an object are told. */
export const objectPlace = (kind: PolicyKind, name: string): string => `${kind} ${name}`;

/** An object of the cluster as a text to load. */
export interface ObjectSource extends Source {
  readonly kind: PolicyKind;
  readonly name: string;
}

/**
 * Of its metadata only the name counts, and its status is Pillion’s own, so that neither a label nor a status brings a judgement about.
 * @param object an item of a list may lack its kind and apiVersion
 */
export function objectSource(kind: PolicyKind, name: string, object: unknown): ObjectSource {
  const { apiVersion, kind: _, metadata: __, status: ___, ...said } = isObject(object) ? object : {};
  const written = { apiVersion: apiVersion ?? 'pillion.io/v1alpha1', kind, metadata: { name }, ...said };
  return { kind, name, file: objectPlace(kind, name), text: JSON.stringify(written) };
}

/** A policy that objects make up, or what keeps it from deciding; and what is left out of it. */
export type LoadedObjects = LoadedPolicy & {
  /** Problems of objects that the policy does not need. */
  readonly leftOut: readonly Problem[];
};

/** The policy and the profiles that count where no object says otherwise. */
export type BuiltInPolicy = Extract<LoadedPolicy, { readonly active: ActivePolicy }>;

/** What was read of an object, and what is wrong with it. */
interface ReadObject<T> {
  readonly source: ObjectSource;
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/**
 * Makes a policy of the objects of a cluster: the InjectionPolicy `default` decides, every other one stands beside it in mode Shadow, and a
 * SidecarProfile hides the built-in one of its name. Without `default` the built-in policy decides. What `default` does not need cannot
 * keep it from deciding: a bad profile that it does not name, a bad shadow, a second policy in mode Enforce, a plan that it does not hold
 * pods to are left out and told.
 * @param objects one that is the same as before is not read again
 * @param builtIn what Pillion brings
 */
export function loadPolicyObjects(
  objects: readonly ObjectSource[],
  builtIn: BuiltInPolicy,
  circumstances: Circumstances,
): LoadedObjects {
  const profiles = objects.filter(({ kind }) => kind === 'SidecarProfile').map(readProfile);
  const known = knownProfiles(builtIn.profiles, profiles);
  const plans = planAmong(objects);
  const bad = new Map(profiles.filter(isBad).map(({ source, problems }) => [source.name, problems]));
  const policies = objects
    .filter(({ kind }) => kind === 'InjectionPolicy')
    .map(readPolicy)
    .map((read) => ({ ...read, ...activated(read, known, bad, plans, circumstances) }));
  const written = policies.find(({ source }) => source.name === ACTIVE_POLICY);
  const others = policies.filter((policy) => policy !== written);
  const decides = written ?? builtInWith(builtIn, known, bad, plans, circumstances);
  const { active } = decides;
  const shadows = others.flatMap((policy) => policy.active ?? []);
  const named = new Set(decides.value?.spec.profiles.map(({ name }) => name));
  const needsPlan = decides.value?.spec.rollout?.enforce === 'Skip';
  const leftOut = firstProblems([
    ...others.flatMap(({ problems }) => problems),
    ...shadows.slice(MOST_SHADOWS).map(({ name }) => oneTooMany(name)),
    ...[...bad].flatMap(([name, problems]) => (named.has(name) ? [] : problems)),
    ...(needsPlan ? [] : plans.problems),
    ...plans.told,
  ]);
  if (active !== undefined) return { ...setOf(active, shadows), profiles: known, leftOut };
  const needed = [...[...named].flatMap((name) => bad.get(name) ?? []), ...(needsPlan ? plans.problems : [])];
  return { problems: firstProblems([...decides.problems, ...needed]), leftOut };
}

const isBad = ({ problems }: ReadObject<unknown>): boolean => problems.length > 0;

const setOf = (active: ActivePolicy, shadows: readonly ActivePolicy[]): PolicySet => ({
  active,
  shadows: shadows.slice(0, MOST_SHADOWS),
});

/** A bad profile hides the built-in one of its name all the same: whoever wrote it did not mean that one. */
function knownProfiles(
  builtIn: readonly SidecarProfile[],
  own: readonly ReadObject<SidecarProfile>[],
): readonly SidecarProfile[] {
  const hidden = new Set(own.map(({ source }) => source.name));
  return [
    ...builtIn.filter(({ metadata }) => !hidden.has(metadata.name)),
    ...own.flatMap(({ value, problems }) => (value === undefined || problems.length > 0 ? [] : [value])),
  ];
}

/** The built-in policy, with the profiles of the cluster that hide those it names. */
function builtInWith(
  { active }: BuiltInPolicy,
  known: readonly SidecarProfile[],
  bad: ReadonlyMap<string, unknown>,
  plans: PlanObjects,
  circumstances: Circumstances,
): ReadObject<InjectionPolicy> & { readonly active?: ActivePolicy } {
  const { name, spec } = active;
  const value: InjectionPolicy = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name },
    spec,
  };
  const read = { source: objectSource('InjectionPolicy', name, value), value, problems: [] };
  return { ...read, ...activated(read, known, bad, plans, circumstances) };
}

function activated(
  { source, value, problems }: ReadObject<InjectionPolicy>,
  known: readonly SidecarProfile[],
  bad: ReadonlyMap<string, unknown>,
  plans: PlanObjects,
  circumstances: Circumstances,
): { readonly active?: ActivePolicy; readonly problems: readonly Problem[] } {
  if (value === undefined || problems.length > 0) return { problems };
  const refused = value.spec.profiles.flatMap(({ name }, index): Problem[] =>
    bad.has(name) ? [{ path: `/spec/profiles/${index}/name`, message: refusedProfile(name) }] : [],
  );
  if (value.spec.rollout?.enforce === 'Skip' && plans.problems.length > 0)
    refused.push({ path: '/spec/rollout/enforce', message: REFUSED_PLAN });
  if (refused.length > 0) return { problems: at(source, refused) };
  const outcome = activatePolicy(value, known, circumstances, plans.plan);
  return 'active' in outcome ? { ...outcome, problems: [] } : { problems: at(source, outcome.problems) };
}

// a profile takes a dozen renderings to judge, and most changes are about one object of many
function judgedOnce<T>(judge: (source: ObjectSource) => ReadObject<T>): (source: ObjectSource) => ReadObject<T> {
  const judged = new WeakMap<ObjectSource, ReadObject<T>>();
  return (source) => {
    const known = judged.get(source) ?? judge(source);
    judged.set(source, known);
    return known;
  };
}

const readPolicy = judgedOnce<InjectionPolicy>((source) => {
  const tooLong = lengthProblems(source);
  if (tooLong.length > 0) return { source, problems: at(source, tooLong) };
  const read = readValue(InjectionPolicy, JSON.parse(source.text));
  if ('problems' in read) return { source, problems: at(source, read.problems) };
  return { source, value: read.value, problems: at(source, policyProblems(read.value)) };
});

const readProfile = judgedOnce<SidecarProfile>((source) => {
  const tooLong = lengthProblems(source);
  if (tooLong.length > 0) return { source, problems: at(source, tooLong) };
  const written: unknown = JSON.parse(source.text);
  const read = readValue(profileSchemaFor(written), written);
  if ('problems' in read) return { source, problems: at(source, read.problems) };
  return { source, value: read.value, problems: at(source, sidecarProfileProblems(read.value)) };
});

const at = ({ file }: Source, problems: readonly Problem[]): readonly Problem[] =>
  problems.map((problem) => ({ ...problem, file }));

/** What is wrong with the length of an object: whoever judges it has to go on answering. */
export const lengthProblems = ({ text }: Source): readonly Problem[] =>
  text.length > MAX_POLICY_CHARACTERS
    ? [
        {
          path: '',
          message: `has ${text.length} characters as JSON; accepted: at most ${MAX_POLICY_CHARACTERS}; take out what is repeated`,
        },
      ]
    : [];

const refusedProfile = (name: string): string =>
  `is ${quoted(name)}, a SidecarProfile that is refused itself; mend it, or name another`;

const REFUSED_PLAN =
  'is "Skip", and the RolloutPlan that says which stages are open is refused itself; mend that, or set Off';

const oneTooMany = (name: string): Problem => ({
  file: objectPlace('InjectionPolicy', name),
  path: '/spec/mode',
  message: `is "Shadow", as that of ${MOST_SHADOWS} others that are asked, which is all there can be; delete one`,
});
