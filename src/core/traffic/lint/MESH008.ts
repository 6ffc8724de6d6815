import { mostTries, worstAmplifications } from '../catalogue/amplification.ts';
import { type Project, placeText, projectName } from '../catalogue/project.ts';
import type { CatalogueRule } from './catalogue-rule.ts';
import { fewOf, MOST_TOLD } from './few-of.ts';

const MOST_TRIES = 8;
// beyond it the number says nothing more
const MANY = 1_000_000;

export const MESH008: CatalogueRule = {
  code: 'MESH008',
  level: 'warning',
  sentence: `One request becomes at most ${MOST_TRIES} tries at the end of any way through the services.`,
  hint: 'Write retries: none, or fewer attempts, for all but one service of the way: best for all but the one next to the user.',
  evidence:
    'Each service of a way tries again what the one behind it has tried again already, so their tries multiply, just when the last one is in trouble. A retryBudget bounds how many are under way at once, not how many come of one request.',
  wrong: [
    'service: {name: web, port: 80}\ndependsOn: [catalog]\ntimeout: 40s',
    'service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 20s',
    'service: {name: quotes, port: 80}',
  ],
  right: [
    'service: {name: web, port: 80}\ndependsOn: [catalog]\ntimeout: 40s',
    'service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 20s',
    'service: {name: quotes, port: 80}\nretries: none',
  ],
  violations: (catalogue) =>
    [...worstAmplifications(catalogue)]
      .filter(([, { tries }]) => tries > MOST_TRIES)
      .map(([project, { tries, way }]) => {
        const many = tries > MANY ? `more than ${MANY}` : tries;
        const services = way();
        return {
          project,
          path: mostTries(project).path,
          message: `one request becomes up to ${many} tries at ${projectName(project)}, on the way ${fewOf(services, stepText, ' > ')}; accepted: at most ${MOST_TRIES}`,
          related: services
            .slice(0, -1)
            .slice(0, MOST_TOLD)
            .map((service) => ({
              project: service,
              path: mostTries(service).path,
              message: stepText(service),
            })),
        };
      }),
};

function stepText(project: Project): string {
  const { tries, path } = mostTries(project);
  return `${projectName(project)} (${tries === 1 ? '1 try' : `${tries} tries`}, ${placeText(project, path)})`;
}
