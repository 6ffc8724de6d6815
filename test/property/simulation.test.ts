import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recordIdOf } from '../../src/core/admission/record.ts';
import { allKnown, type KnownLabels } from '../../src/core/simulation/known-labels.ts';
import { simulatePod } from '../../src/core/simulation/simulate-pod.ts';
import { NO_TRAFFIC_SERVICES } from '../../src/core/traffic/traffic-services.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { type Creation, creation } from './arbitraries/creation.ts';

const simulated = ({ pod, namespace, policy }: Creation, known: KnownLabels) =>
  simulatePod(
    { pod, namespace: { name: namespace.name, known }, services: NO_TRAFFIC_SERVICES, asWritten: false },
    policy,
  );

// the id of the record is no part of a comparison
const compared = (pod: unknown): unknown => {
  const text = JSON.stringify(pod, (key, value: unknown) => (key === 'pillion.io/status' ? undefined : value));
  return JSON.parse(text.replaceAll(recordIdOf('first'), '0'.repeat(16)));
};

test('a simulation decides as the webhook does, and makes the same pod', () => {
  fc.assert(
    fc.property(creation, (made) => {
      const admission = admitted(made.pod, made.circumstances);
      const result = simulated(made, allKnown(made.namespace.labels));
      if (!('outcome' in result)) throw new Error('everything is known, and something was said to be missing');
      const { verdict, reason, rule, also, injected } = result.outcome;
      expect({ verdict, reason }).toEqual({ verdict: admission.verdict, reason: admission.reason });
      const { record } = admission;
      if (record !== undefined) expect({ rule, also }).toEqual({ rule: record.rule, also: record.also });
      if (verdict === 'inject') expect(compared(injected)).toEqual(compared(patched(made.pod, admission)));
    }),
    { numRuns: 500 },
  );
});

test('what is decided without a label of the namespace is decided so with any', () => {
  fc.assert(
    fc.property(creation, fc.func(fc.boolean()), (made, isKnown) => {
      const labels = Object.fromEntries(Object.entries(made.namespace.labels).filter(([key]) => isKnown(key)));
      const partly = simulated(made, { labels, knows: (key) => isKnown(key) });
      if (!('outcome' in partly)) return expect(partly.unknown.missing).not.toEqual([]);
      const whole = simulated(made, allKnown(made.namespace.labels));
      const { verdict, reason, rule } = partly.outcome;
      expect(whole).toMatchObject({ outcome: { verdict, reason, rule } });
    }),
    { numRuns: 500 },
  );
});
