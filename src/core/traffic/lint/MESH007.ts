import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Project, placeText, projectName } from '../catalogue/project.ts';
import { durationMs } from '../duration.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';
import { fewOf } from './few-of.ts';
import { told } from './told.ts';

const TIMEOUT = '/timeout';

const hasTimeout = ({ values }: Project): boolean => values.service.protocol !== 'tcp';

const timeoutMs = ({ values: { timeout } }: Project): number =>
  timeout === 'none' ? Number.POSITIVE_INFINITY : durationMs(timeout);

const isChosen = ({ origins }: Project): boolean => origins.get(TIMEOUT) === 'project';

export const MESH007: CatalogueRule = {
  code: 'MESH007',
  level: 'error',
  sentence: 'A service is given more time than each of those that it calls.',
  hint: 'Raise the timeout of the caller, or lower that of the callee. It is a warning where the defaults of the company alone make it so.',
  evidence:
    'A caller that is given up first never hears that its callee was too slow: its own answer to that, and the callee’s work, are lost. The timeout of a service holds for all tries of its callers. Routes are left out, since nobody says which of them a caller takes.',
  wrong: [
    'service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 10s',
    'service: {name: quotes, port: 80}\ntimeout: 15s',
  ],
  right: [
    'service: {name: catalog, port: 80}\ndependsOn: [quotes]\ntimeout: 16s',
    'service: {name: quotes, port: 80}\ntimeout: 15s',
  ],
  violations: (catalogue) => catalogue.projects.filter(hasTimeout).flatMap((caller) => violationOf(caller, catalogue)),
};

// the callees of one caller are told together: what is mended is its timeout
function violationOf(caller: Project, catalogue: Catalogue): readonly CatalogueViolation[] {
  const slow = (catalogue.dependencies.of.get(caller) ?? []).flatMap(({ callee, path }) =>
    callee !== undefined && isTooSlow(callee, caller, catalogue) ? [{ callee, path }] : [],
  );
  const [first] = slow;
  if (first === undefined) return [];
  const those = fewOf(
    slow,
    ({ callee }) => `${projectName(callee)}, ${told(callee, TIMEOUT)} (${placeText(callee, TIMEOUT)})`,
  );
  const level = isChosen(caller) || slow.some(({ callee }) => isChosen(callee)) ? 'error' : 'warning';
  return [
    {
      project: caller,
      path: isChosen(caller) ? TIMEOUT : first.path,
      message: `${told(caller, TIMEOUT)} of ${projectName(caller)} is not longer than that of ${those}`,
      level,
      related: slow.map(({ callee }) => ({ project: callee, path: TIMEOUT, message: told(callee, TIMEOUT) })),
    },
  ];
}

// around a circle no timeouts can keep the rule, which MESH052 tells
const isTooSlow = (callee: Project, caller: Project, catalogue: Catalogue): boolean =>
  hasTimeout(callee) &&
  !catalogue.inOneCircle(caller, callee) &&
  timeoutMs(caller) !== Number.POSITIVE_INFINITY &&
  timeoutMs(callee) >= timeoutMs(caller);
