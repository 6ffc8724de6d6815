import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkWorkload } from '../../src/core/compatibility/check-workload.ts';
import { FIT_CHECKS } from '../../src/core/compatibility/fit-checks.ts';
import { fitObjectOf } from '../../src/core/compatibility/fit-object.ts';
import { NOTHING_AROUND } from '../../src/core/compatibility/surroundings.ts';
import { podOfWorkload } from '../../src/core/kubernetes/workload.ts';
import { NO_TRAFFIC_SERVICES } from '../../src/core/traffic/traffic-services.ts';
import { recorded } from '../core-fixtures/admissions.ts';
import { creation } from './arbitraries/creation.ts';

const DECIDED = new Set(FIT_CHECKS.filter(({ suppressible }) => suppressible === false).map(({ code }) => code));

test('what a decision refuses is incompatible, and what it injects has no finding of the decision’s own', () => {
  const seen = { deny: 0, inject: 0 };
  fc.assert(
    fc.property(creation, ({ pod, namespace, policy, circumstances }) => {
      const object = { ...pod, metadata: { name: 'web', ...pod.metadata } };
      const { verdict, reason } = recorded(object, circumstances);
      const made = podOfWorkload(object);
      const workload = fitObjectOf(object, namespace.name);
      if (made === undefined || workload === undefined) throw new Error('no pod');
      const context = { policy, namespace, services: NO_TRAFFIC_SERVICES, around: NOTHING_AROUND };
      const checked = checkWorkload(made, workload, context);
      const decided = checked.findings.filter(({ code }) => DECIDED.has(code)).map(({ code }) => code);
      if (verdict === 'deny') {
        seen.deny += 1;
        expect({ reason, verdict: checked.verdict }).toEqual({ reason, verdict: 'incompatible' });
      }
      if (verdict === 'inject') {
        seen.inject += 1;
        expect({ reason, decided }).toEqual({ reason, decided: [] });
      }
    }),
    { numRuns: 1000 },
  );
  expect(Object.values(seen).every((count) => count > 0)).toBe(true);
});
