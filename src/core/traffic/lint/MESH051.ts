import { nearest } from '../../decision/nearest.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Dependency } from '../catalogue/dependencies.ts';
import { referenceParts } from '../catalogue/named-things.ts';
import { type Project, placeText, projectName } from '../catalogue/project.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';
import { fewOf, MOST_TOLD } from './few-of.ts';

const NAME = '/service/name';
// each comparison with all names takes a while, and more than these nobody mends at once
const MOST_GUESSED = 100;

export const MESH051: CatalogueRule = {
  code: 'MESH051',
  level: 'warning',
  sentence: 'Whatever a service depends on is in the catalogue.',
  hint: 'Mend the name, write it as namespace/name, or add the values of that service; a Service manifest is enough.',
  evidence:
    'A misspelt name is nobody’s, so what the caller does falls out of every rule about callers and callees, and its sidecar treats the calls as any others.',
  wrong: ['service: {name: catalog, port: 80}\ndependsOn: [qoutes]\ntimeout: 20s', 'service: {name: quotes, port: 80}'],
  right: ['service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 20s', 'service: {name: quotes, port: 80}'],
  violations(catalogue) {
    const lost = catalogue.projects.flatMap((project) =>
      (catalogue.dependencies.of.get(project) ?? [])
        .filter(({ callee, reference }) => callee === undefined && !isService(reference, project, catalogue))
        .map((dependency) => ({ project, dependency })),
    );
    return lost.map(({ project, dependency }, index) =>
      violationOf(project, dependency, catalogue, index < MOST_GUESSED),
    );
  },
};

function isService(reference: string, caller: Project, { services }: Catalogue): boolean {
  const { name, namespace = caller.namespace } = referenceParts(reference);
  return services.meant(namespace, name) !== undefined;
}

function violationOf(
  project: Project,
  { reference, path }: Dependency,
  catalogue: Catalogue,
  guesses: boolean,
): CatalogueViolation {
  const { name } = referenceParts(reference);
  const same = [...catalogue.named.values()].flatMap((things) => things.all(name));
  const known = fewOf(same, (other) => `${projectName(other)} in ${other.environment} (${placeText(other, NAME)})`);
  const meant = guesses ? nearest(name, catalogue.named.get(project.environment)?.names ?? []) : undefined;
  const next = same.length > 0 ? `; known: ${known}` : meant === undefined ? '' : `; did you mean ${meant}?`;
  return {
    project,
    path,
    message: `${projectName(project)} depends on ${reference}, which names no one service in ${project.environment}${next}`,
    related: same.slice(0, MOST_TOLD).map((other) => ({ project: other, path: NAME, message: projectName(other) })),
  };
}
