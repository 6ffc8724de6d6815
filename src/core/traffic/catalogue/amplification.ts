import { requestPolicies } from '../lint/request-policies.ts';
import type { Catalogue } from './catalogue.ts';
import { calleesOf } from './components.ts';
import type { Project } from './project.ts';

/** The tries that one request from outside can become at a project, at most, over the worst way to it. */
export interface Amplification {
  readonly tries: number;
  /** Callers first; the project itself is the last. */
  way(): readonly Project[];
}

/** How often one request to a project is tried at most, and where that is said. */
export function mostTries(project: Project): { readonly tries: number; readonly path: string } {
  const none = { tries: 1, path: '/retries' };
  if (project.values.service.protocol === 'tcp') return none;
  return requestPolicies(project).reduce((most, { retries, at }) => {
    const tries = retries === 'none' ? 1 : retries.attempts + 1;
    return tries > most.tries ? { tries, path: `${at}/retries/attempts` } : most;
  }, none);
}

/**
 * The worst amplification of each project that ends a way: one that calls nobody who is tried again. Callers come before those they call,
 * so each edge is looked at once, however many ways there are. The way within a circle has no end and is left out (MESH052).
 */
export function worstAmplifications(catalogue: Catalogue): ReadonlyMap<Project, Amplification> {
  const { dependencies, callersFirst, inOneCircle } = catalogue;
  const tries = new Map(callersFirst.map((project) => [project, mostTries(project).tries]));
  const worst = new Map<Project, { readonly tries: number; readonly before: Project | undefined }>();
  const ends = new Map<Project, Amplification>();
  for (const project of callersFirst) {
    const own = tries.get(project) ?? 1;
    // only what is reached from outside of the mesh is tried again at the first of a way
    const first = { tries: project.values.expose.length > 0 ? own : 1, before: undefined };
    const reached = (dependencies.callers.get(project) ?? [])
      .filter((caller) => !inOneCircle(caller, project))
      .map((caller) => ({ tries: (worst.get(caller)?.tries ?? 1) * own, before: caller }))
      .reduce<{ tries: number; before: Project | undefined }>(
        (most, one) => (one.tries > most.tries ? one : most),
        first,
      );
    worst.set(project, reached);
  }
  for (const project of callersFirst) {
    const goesOn = calleesOf(dependencies, project).some(
      (callee) => !inOneCircle(project, callee) && (tries.get(callee) ?? 1) > 1,
    );
    if (!goesOn) ends.set(project, { tries: worst.get(project)?.tries ?? 1, way: () => wayTo(project) });
  }
  return ends;

  function wayTo(end: Project): readonly Project[] {
    const way: Project[] = [];
    for (let at: Project | undefined = end; at !== undefined; at = worst.get(at)?.before) way.push(at);
    return way.reverse();
  }
}
