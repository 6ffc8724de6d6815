import { placeText, projectName } from '../catalogue/project.ts';
import type { CatalogueRule } from './catalogue-rule.ts';

const NAME = '/service/name';

export const MESH053: CatalogueRule = {
  code: 'MESH053',
  level: 'error',
  sentence: 'The traffic to a service is described once in an environment.',
  hint: 'Keep one of the two. Services of one name in different namespaces say theirs in the manifests that carry the annotation.',
  evidence:
    'Each of the two becomes a VirtualService and a DestinationRule for the same host, of which one is not looked at: istio/istio#36621, #22997; IST0109.',
  wrong: ['service: {name: quotes, port: 80}', 'service: {name: quotes, port: 80}\ntimeout: 20s'],
  right: [
    'environment: production\nservice: {name: quotes, port: 80}',
    'environment: staging\nservice: {name: quotes, port: 80}',
  ],
  violations: ({ projects }) =>
    [...Map.groupBy(projects, (project) => `${project.environment} ${projectName(project)}`).values()].flatMap(
      ([first, ...others]) =>
        first === undefined
          ? []
          : others.map((project) => ({
              project,
              path: NAME,
              message: `${projectName(project)} is described for ${project.environment} already (${placeText(first, NAME)})`,
              related: [{ project: first, path: NAME, message: projectName(first) }],
            })),
    ),
};
