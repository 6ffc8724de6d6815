import type { Environment } from '../../api/traffic/service.ts';
import { type Circle, circlesOf } from './circles.ts';
import { componentsOf } from './components.ts';
import { type Dependencies, dependenciesOf, namedProjects } from './dependencies.ts';
import { type NamedThings, namedThings } from './named-things.ts';
import type { PodTemplate, Project, ServiceManifest } from './project.ts';

/** What stands in the files of a catalogue. */
export interface CatalogueContent {
  readonly projects: readonly Project[];
  readonly services: readonly ServiceManifest[];
  readonly pods: readonly PodTemplate[];
}

/** All projects of a company together, with who calls whom. */
export interface Catalogue {
  readonly projects: readonly Project[];
  readonly named: ReadonlyMap<Environment, NamedThings<Project>>;
  readonly dependencies: Dependencies;
  /** Callers before those they call; the members of a circle stand together. */
  readonly callersFirst: readonly Project[];
  readonly circles: readonly Circle[];
  readonly services: NamedThings<ServiceManifest>;
  readonly pods: readonly PodTemplate[];
  /** Whether both are in one circle, so that each of them comes before the other. */
  inOneCircle(one: Project, other: Project): boolean;
}

/** What the rules for a catalogue ask of it, computed once. */
export function catalogueOf({ projects, services, pods }: CatalogueContent): Catalogue {
  const named = namedProjects(projects);
  const dependencies = dependenciesOf(projects, named);
  const components = componentsOf(projects, dependencies);
  const circles = circlesOf(projects, components, dependencies);
  const circleOf = new Map(circles.flatMap((circle) => [...circle.members].map((member) => [member, circle] as const)));
  return {
    projects,
    named,
    dependencies,
    callersFirst: components.toReversed().flat(),
    circles,
    services: namedThings(services),
    pods,
    inOneCircle(one, other) {
      const circle = circleOf.get(one);
      return circle !== undefined && circle === circleOf.get(other);
    },
  };
}
