import { expect, test } from '@jest/globals';
import { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { fieldsOf } from '../../../src/core/json/fields-of.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { effectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { CANNOT_HAPPEN } from '../../../src/core/traffic/lint/cannot-happen.ts';
import { CATALOGUE_RULES } from '../../../src/core/traffic/lint/catalogue-rules.ts';
import { TRAFFIC_RULES } from '../../../src/core/traffic/lint/rules.ts';
import { readTrafficValues } from '../../../src/core/traffic/read-values.ts';
import { circuitBreakers } from '../../../src/core/xds/resilience/circuit-breakers.ts';

function problems(more: string): string[] {
  const read = readTrafficValues(`service: {name: catalog, port: 80}\n${more}`, 'v.yaml');
  return 'problems' in read ? read.problems.map(({ path }) => path) : [];
}
const fieldsIn = (feature: 'canary' | 'mirror'): string[] =>
  Object.keys(fieldsOf(fieldsOf(TrafficValues.properties[feature]).properties));

/** Why each cannot happen, as far as it can be seen without Istio. */
const PROOFS: Readonly<Record<string, () => void>> = {
  MESH022() {
    const project = {
      service: { name: 'a', port: 80 },
      circuitBreaker: 'none' as const,
      retryBudget: { percent: 20, minRetryConcurrency: 3 },
    };
    const { values } = effectiveValues(project, BUILT_IN_TRAFFIC_DEFAULTS);
    const most = 2 ** 32 - 1;
    expect(circuitBreakers(values)).toMatchObject({
      thresholds: [{ max_connections: most, max_requests: most, retry_budget: { budget_percent: { value: 20 } } }],
    });
  },
  MESH032() {
    expect(Object.keys(TrafficValues.properties).filter((key) => /host|virtualService/i.test(key))).toEqual([]);
  },
  MESH034() {
    expect(problems('expose: [{hosts: [catalog], gateway: a/b}]')).toEqual(['/expose/0/hosts/0']);
    expect(problems('dependsOn: [catalog.shop.svc]')).toEqual(['/dependsOn/0']);
    expect(problems('mirror: {service: catalog.shop, percent: 1}')).toEqual(['/mirror/service']);
  },
  MESH036() {
    expect(fieldsIn('canary')).toEqual(['version', 'service', 'weight', 'match', 'mirrorPercent']);
    expect(fieldsIn('mirror')).toEqual(['version', 'service', 'percent']);
  },
};

test.each(CANNOT_HAPPEN)('$code: $sentence', ({ code }) => {
  expect(PROOFS).toHaveProperty(code);
  PROOFS[code]?.();
});

test('no number stands for two things', () => {
  const codes = [...TRAFFIC_RULES, ...CATALOGUE_RULES, ...CANNOT_HAPPEN].map(({ code }) => code);
  expect(codes.toSorted()).toEqual([...new Set(codes)].toSorted());
});
