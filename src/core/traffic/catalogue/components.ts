import type { Dependencies } from './dependencies.ts';
import type { Project } from './project.ts';

/** The projects that a project calls; one that is named twice stands there twice. */
export const calleesOf = ({ of }: Dependencies, project: Project): readonly Project[] =>
  (of.get(project) ?? []).flatMap(({ callee }) => callee ?? []);

interface Visit {
  readonly project: Project;
  readonly left: Project[];
}

/**
 * The groups of projects that reach each other, callees before their callers: the strongly connected components of the graph, by
 * Tarjan’s algorithm in a time that grows with its edges. It keeps its own stack, so that a chain may have any length.
 */
export function componentsOf(
  projects: readonly Project[],
  dependencies: Dependencies,
): readonly (readonly Project[])[] {
  const components: Project[][] = [];
  const number = new Map<Project, number>();
  // the least number that is reached from a project over those that are still open
  const least = new Map<Project, number>();
  const open: Project[] = [];
  const isOpen = new Set<Project>();

  const visit = (project: Project): Visit => {
    least.set(project, number.size);
    number.set(project, number.size);
    open.push(project);
    isOpen.add(project);
    return { project, left: calleesOf(dependencies, project).toReversed() };
  };
  const reaches = (project: Project, to = 0): unknown => least.set(project, Math.min(least.get(project) ?? to, to));
  const close = (root: Project): void => {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) isOpen.delete(member);
    components.push(members);
  };

  for (const start of projects) {
    if (number.has(start)) continue;
    const visits = [visit(start)];
    for (let last = visits.at(-1); last !== undefined; last = visits.at(-1)) {
      const { project, left } = last;
      const next = left.pop();
      if (next === undefined) {
        visits.pop();
        const caller = visits.at(-1);
        if (caller !== undefined) reaches(caller.project, least.get(project));
        if (least.get(project) === number.get(project)) close(project);
      } else if (!number.has(next)) visits.push(visit(next));
      else if (isOpen.has(next)) reaches(project, number.get(next));
    }
  }
  return components;
}
