import { calleesOf } from './components.ts';
import type { Dependencies, Dependency } from './dependencies.ts';
import type { Project } from './project.ts';

interface Step {
  readonly project: Project;
  readonly dependency: Dependency;
}

/** Projects that call each other in a circle, directly or over others. */
export interface Circle {
  readonly members: ReadonlySet<Project>;
  /** The shortest way round for the first of them: each project with the entry that leads to the next, the last one’s to the first. */
  readonly way: readonly Step[];
}

/** The circles among the components of a graph, each beginning with its first project in the order of `projects`. */
export function circlesOf(
  projects: readonly Project[],
  components: readonly (readonly Project[])[],
  dependencies: Dependencies,
): readonly Circle[] {
  const position = new Map(projects.map((project, index) => [project, index]));
  const byPosition = (one: Project, other: Project): number => (position.get(one) ?? 0) - (position.get(other) ?? 0);
  return components
    .map((members) => members.toSorted(byPosition))
    .flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      const isCircle = members.length > 1 || calleesOf(dependencies, first).includes(first);
      return isCircle ? [{ first, members }] : [];
    })
    .toSorted((one, other) => byPosition(one.first, other.first))
    .map(({ first, members }) => {
      const within = new Set(members);
      return { members: within, way: shortestWay(first, within, dependencies) };
    });
}

/** The shortest way from a project back to itself, breadth first. */
function shortestWay(first: Project, within: ReadonlySet<Project>, { of }: Dependencies): readonly Step[] {
  const reachedBy = new Map<Project, Step>();
  const queue = [first];
  for (const project of queue)
    for (const dependency of of.get(project) ?? []) {
      const { callee } = dependency;
      if (callee === undefined || !within.has(callee) || reachedBy.has(callee)) continue;
      reachedBy.set(callee, { project, dependency });
      if (callee === first) return wayTo(first, reachedBy);
      queue.push(callee);
    }
  return [];
}

function wayTo(first: Project, reachedBy: ReadonlyMap<Project, Step>): readonly Step[] {
  const way: Step[] = [];
  for (let step = reachedBy.get(first); step !== undefined; step = reachedBy.get(step.project)) {
    way.push(step);
    if (step.project === first) break;
  }
  return way.reverse();
}
