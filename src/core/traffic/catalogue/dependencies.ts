import type { Environment } from '../../api/traffic/service.ts';
import { pointer } from '../../json/pointer.ts';
import { type NamedThings, namedThings, referenceParts } from './named-things.ts';
import type { Project } from './project.ts';

/** One entry of `dependsOn`. */
export interface Dependency {
  readonly reference: string;
  /** JSON pointer to it in the values of the caller. */
  readonly path: string;
  /** Undefined where no project is meant without doubt. */
  readonly callee: Project | undefined;
}

/** Who calls whom among projects. */
export interface Dependencies {
  readonly of: ReadonlyMap<Project, readonly Dependency[]>;
  /** Each caller once. */
  readonly callers: ReadonlyMap<Project, readonly Project[]>;
}

/** The projects of each environment by their names: those of different ones never meet. */
export const namedProjects = (projects: readonly Project[]): ReadonlyMap<Environment, NamedThings<Project>> =>
  new Map(
    [...Map.groupBy(projects, ({ environment }) => environment)].map(([environment, those]) => [
      environment,
      namedThings(those),
    ]),
  );

/**
 * Who calls whom. A reference means the project of that name in the caller’s namespace, or in the one it names, in the same environment.
 * Where a namespace is not known, the only project of that name is meant.
 */
export function dependenciesOf(
  projects: readonly Project[],
  named: ReadonlyMap<Environment, NamedThings<Project>>,
): Dependencies {
  const callers = new Map<Project, Set<Project>>();
  const of = new Map<Project, readonly Dependency[]>();
  for (const project of projects) {
    const dependencies = project.values.dependsOn.map((reference, index): Dependency => {
      const { name, namespace = project.namespace } = referenceParts(reference);
      const callee = named.get(project.environment)?.meant(namespace, name);
      if (callee !== undefined) callers.set(callee, (callers.get(callee) ?? new Set()).add(project));
      return { reference, path: pointer('dependsOn', index), callee };
    });
    of.set(project, dependencies);
  }
  return { of, callers: new Map([...callers].map(([callee, those]) => [callee, [...those]])) };
}
