import { InjectionPolicy } from '../api/injection-policy.ts';
import { SidecarProfile } from '../api/sidecar-profile.ts';
import { isObject } from '../json/is-object.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { type ActivePolicy, activatePolicy } from './active-policy.ts';
import { readObject } from './read-object.ts';

/** A text with Pillion’s own objects, and the name under which problems in it are told. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Brought by Pillion itself, so that a user’s object of the same kind and name hides it. */
  readonly builtIn?: true;
}

export type LoadedPolicy = { readonly active: ActivePolicy } | { readonly problems: readonly Problem[] };

/** An object together with the place it came from. */
interface Placed<T> {
  readonly value: T;
  readonly document: SourceDocument;
}

/**
 * Reads a policy and the profiles it uses. A user’s policy hides the built-in one, a user’s profile the built-in one of the
 * same name.
 * @param sources built-in texts first, then the user’s
 * @returns the policy that is active, or every problem that keeps it from becoming so
 */
export function loadPolicy(sources: readonly Source[], ownNamespace: string): LoadedPolicy {
  const problems: Problem[] = [];
  const profiles = new Map<string, SidecarProfile>();
  let policy: Placed<InjectionPolicy> | undefined;
  const usersPolicies: Placed<InjectionPolicy>[] = [];
  for (const { file, text, builtIn } of sources) {
    const read = readDocuments(text, file);
    problems.push(...read.problems);
    for (const document of read.documents) {
      const kind = isObject(document.value) ? document.value.kind : undefined;
      if (kind === 'InjectionPolicy') {
        const object = readObject(InjectionPolicy, document);
        if ('problems' in object) problems.push(...object.problems);
        else if (builtIn) policy = { value: object.value, document };
        else usersPolicies.push({ value: object.value, document });
      } else if (kind === 'SidecarProfile') {
        const object = readObject(SidecarProfile, document);
        if ('problems' in object) problems.push(...object.problems);
        else profiles.set(object.value.metadata.name, object.value);
      } else problems.push(foreign(document, kind));
    }
  }
  const [first, second] = usersPolicies;
  if (second !== undefined) problems.push(secondPolicy(second.document));
  policy = first ?? policy;
  if (problems.length > 0) return { problems };
  if (policy === undefined)
    return { problems: [{ path: '', message: 'there is no InjectionPolicy in the given files; add one' }] };
  const activated = activatePolicy(policy.value, [...profiles.values()], ownNamespace);
  if ('active' in activated) return activated;
  const { document } = policy;
  return {
    problems: activated.problems.map((problem) => ({
      ...problem,
      file: document.file,
      ...document.place(problem.path),
    })),
  };
}

const foreign = (document: SourceDocument, kind: unknown): Problem => ({
  file: document.file,
  ...document.place('/kind'),
  path: '/kind',
  message: `is ${JSON.stringify(kind ?? null)}; accepted here: InjectionPolicy, SidecarProfile`,
});

const secondPolicy = (document: SourceDocument): Problem => ({
  file: document.file,
  ...document.place('/metadata/name'),
  path: '/metadata/name',
  message: 'is the second InjectionPolicy in the given files; keep one, since only one can be active',
});
