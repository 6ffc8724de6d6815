import { InjectionPolicy } from '../api/injection-policy.ts';
import type { RolloutPlan } from '../api/rollout-plan.ts';
import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { isObject } from '../json/is-object.ts';
import { firstProblems } from '../problem/first-problems.ts';
import type { Problem } from '../problem/problem.ts';
import { readPlanDocument } from '../rollout/read-plan.ts';
import { profileProblems } from '../sidecar/profiles/active-profile.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { activatePolicy, type Circumstances, type PolicySet } from './active-policy.ts';
import { ownDocuments } from './own-documents.ts';
import { profileSchemaFor } from './profile-schema.ts';
import { readObject, shown } from './read-object.ts';

/** A text with Pillion’s own objects, and the name under which problems in it are told. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Brought by Pillion itself, so that a user’s object of the same kind and name hides it. */
  readonly builtIn?: true;
  /** A kind of which it has to hold an object: a file that was emptied by accident must not bring the built-in one back. */
  readonly expected?: 'InjectionPolicy' | 'SidecarProfile';
}

/** The policy that is active, with every profile that it could name, or what keeps it from becoming so. */
export type LoadedPolicy =
  | (PolicySet & { readonly profiles: readonly SidecarProfile[] })
  | { readonly problems: readonly Problem[] };

// 50 times the built-in policy, and a tenth of what a ConfigMap holds. A server judges a changed file between two reviews: the
// worst text of this length, opening brackets, takes it some 0.8 s and 115 MB
export const MAX_POLICY_CHARACTERS = 100_000;

/** An object together with the place it came from. */
interface Placed<T> {
  readonly value: T;
  readonly document: SourceDocument;
}

/**
 * Reads a policy and the profiles it uses. A user’s policy hides the built-in one, a user’s profile the built-in one of the
 * same name. Policies in mode Shadow stand beside the one that is active.
 * @param sources built-in texts first, then the user’s
 * @returns the policy that is active, or every problem that keeps it from becoming so
 */
export function loadPolicy(sources: readonly Source[], circumstances: Circumstances): LoadedPolicy {
  const problems: Problem[] = [];
  const profiles = new Map<string, SidecarProfile>();
  const usersProfiles = new Set<string>();
  let policy: Placed<InjectionPolicy> | undefined;
  let builtInPlan: RolloutPlan | undefined;
  const usersPlans: Placed<RolloutPlan>[] = [];
  const usersPolicies: Placed<InjectionPolicy>[] = [];
  for (const { file, text, builtIn, expected } of sources) {
    if (text.length > MAX_POLICY_CHARACTERS) {
      problems.push(tooLong(file, text));
      continue;
    }
    const read = readDocuments(text, file);
    problems.push(...read.problems);
    const documents = ownDocuments(read.documents);
    if (expected !== undefined && read.problems.length === 0 && lacks(expected, documents))
      problems.push(lacking(file, expected));
    for (const document of documents) {
      const kind = isObject(document.value) ? document.value.kind : undefined;
      if (kind === 'InjectionPolicy') {
        const object = readObject(InjectionPolicy, document);
        if ('problems' in object) problems.push(...object.problems);
        else if (builtIn) policy = { value: object.value, document };
        else usersPolicies.push({ value: object.value, document });
      } else if (kind === 'SidecarProfile') {
        const object = readObject(profileSchemaFor(document.value), document);
        if ('problems' in object) problems.push(...object.problems);
        else {
          const { name } = object.value.metadata;
          if (usersProfiles.has(name)) problems.push(secondProfile(document));
          if (!builtIn) usersProfiles.add(name);
          problems.push(...placed(profileProblems(object.value), document));
          profiles.set(name, object.value);
        }
      } else if (kind === 'RolloutPlan') {
        const object = readPlanDocument(document);
        if ('problems' in object) problems.push(...object.problems);
        else if (builtIn) builtInPlan = object.plan;
        else usersPlans.push({ value: object.plan, document });
      } else problems.push(isObject(document.value) ? foreign(document, kind) : noObject(document));
    }
  }
  const isShadow = ({ value }: Placed<InjectionPolicy>) => value.spec.mode === 'Shadow';
  const shadowing = usersPolicies.filter(isShadow);
  const [first, second] = usersPolicies.filter((one) => !isShadow(one));
  if (second !== undefined) problems.push(secondPolicy(second.document));
  policy = first ?? policy;
  const [plan, otherPlan] = usersPlans;
  if (otherPlan !== undefined) problems.push(secondPlan(otherPlan.document));
  problems.push(...shadowProblems(shadowing, policy));
  if (problems.length > 0) return { problems: firstProblems(problems) };
  if (policy === undefined)
    return { problems: [{ path: '', message: 'there is no InjectionPolicy in the given files; add one' }] };
  const known = [...profiles.values()];
  const refused: Problem[] = [];
  const [active, ...shadows] = [policy, ...shadowing].flatMap(({ value, document }) => {
    const activated = activatePolicy(value, known, circumstances, plan?.value ?? builtInPlan);
    if ('active' in activated) return [activated.active];
    refused.push(...placed(activated.problems, document));
    return [];
  });
  if (active === undefined || refused.length > 0) return { problems: firstProblems(refused) };
  return { active, shadows, profiles: known };
}

const placed = (problems: readonly Problem[], { file, place }: SourceDocument): readonly Problem[] =>
  problems.map((problem) => ({ ...problem, file, ...place(problem.path) }));

const foreign = (document: SourceDocument, kind: unknown): Problem => ({
  file: document.file,
  ...document.place('/kind'),
  path: '/kind',
  message: `is ${shown(kind ?? null)}; accepted here: InjectionPolicy, SidecarProfile, RolloutPlan`,
});

const OWN_KINDS: ReadonlySet<string> = new Set(['InjectionPolicy', 'SidecarProfile', 'RolloutPlan']);

/** Whether none of the objects is of this kind, and none that is refused may have been meant to be. */
function lacks(expected: string, documents: readonly SourceDocument[]): boolean {
  const kinds = documents.map(({ value }) => (isObject(value) ? value.kind : undefined));
  return !kinds.includes(expected) && kinds.every((kind) => OWN_KINDS.has(String(kind)));
}

const noObject = (document: SourceDocument): Problem => ({
  file: document.file,
  ...document.place(''),
  path: '',
  message: `is ${shown(document.value)}; accepted here: an object with kind: InjectionPolicy, SidecarProfile or RolloutPlan`,
});

const lacking = (file: string, kind: string): Problem => ({
  file,
  path: '',
  message: `holds no ${kind}; write one into it, or name the file that has it`,
});

const tooLong = (file: string, { length }: string): Problem => ({
  file,
  path: '',
  message: `has ${length} characters; accepted: at most ${MAX_POLICY_CHARACTERS}; split it into several files`,
});

const secondProfile = (document: SourceDocument): Problem => ({
  file: document.file,
  ...document.place('/metadata/name'),
  path: '/metadata/name',
  message: 'is the name of another SidecarProfile in the given files; keep one, or give it another name',
});

const secondPlan = (document: SourceDocument): Problem => ({
  file: document.file,
  ...document.place('/metadata/name'),
  path: '/metadata/name',
  message: 'is the second RolloutPlan in the given files; keep one',
});

const secondPolicy = (document: SourceDocument): Problem => ({
  file: document.file,
  ...document.place('/metadata/name'),
  path: '/metadata/name',
  message:
    'is the second InjectionPolicy in the given files; keep one, since only one can be active, or give it mode: Shadow',
});

/** Every shadow costs a decision for each pod. */
export const MOST_SHADOWS = 8;

function shadowProblems(
  shadows: readonly Placed<InjectionPolicy>[],
  active: Placed<InjectionPolicy> | undefined,
): readonly Problem[] {
  const names = new Set([active?.value.metadata.name]);
  return shadows.flatMap(({ value, document }, index): Problem[] => {
    const { name } = value.metadata;
    const repeated = names.has(name);
    names.add(name);
    const at = { file: document.file, ...document.place('/metadata/name'), path: '/metadata/name' };
    if (repeated)
      return [{ ...at, message: `is the name of another InjectionPolicy; give this one in mode Shadow another` }];
    if (index < MOST_SHADOWS) return [];
    return [{ ...at, message: `is the policy number ${index + 1} in mode Shadow; keep ${MOST_SHADOWS} at most` }];
  });
}
