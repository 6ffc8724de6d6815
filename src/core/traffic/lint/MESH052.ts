import { placeText, projectName } from '../catalogue/project.ts';
import type { CatalogueRule } from './catalogue-rule.ts';
import { fewOf } from './few-of.ts';

export const MESH052: CatalogueRule = {
  code: 'MESH052',
  level: 'error',
  sentence: 'No service depends on itself, directly or over others.',
  hint: 'Take one of the calls away, or let an event take its place.',
  evidence:
    'Each would have to have more time than the next one (MESH007), all the way round, and a retry anywhere comes round to where it began. Both cannot be set right by any values.',
  wrong: [
    'service: {name: catalog, port: 80}\ndependsOn: [quotes]',
    'service: {name: quotes, port: 80}\ndependsOn: [catalog]',
  ],
  right: ['service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 20s', 'service: {name: quotes, port: 80}'],
  violations: ({ circles }) =>
    circles.flatMap(({ way, members }) => {
      const [first, ...others] = way;
      if (first === undefined) return [];
      const calls = fewOf(
        way,
        ({ project, dependency: { reference, path } }) =>
          `${projectName(project)} calls ${reference} (${placeText(project, path)})`,
      );
      const more = members.size > way.length ? `; the circle has ${members.size} services` : '';
      return [
        {
          project: first.project,
          path: first.dependency.path,
          message: `${calls}${more}`,
          related: others.map(({ project, dependency: { reference, path } }) => ({
            project,
            path,
            message: `calls ${reference}`,
          })),
        },
      ];
    }),
};
