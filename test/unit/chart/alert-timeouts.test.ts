import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { HOOKS } from '../../../src/core/admission/hook.ts';
import { renderRegistration } from '../../../src/core/registration/registration.ts';
import { METRIC_TABLE } from '../../../src/telemetry/metric-table.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';

const file = new URL('../../../charts/pillion/files/alerts.yaml', import.meta.url);
const alerts: { alert: string; expr: string }[] = parse(readFileSync(file, 'utf8'));

/** How long the API server waits for each hook, as it is registered. */
function timeouts(): Map<string, number> {
  const rendered = renderRegistration(BUILT_IN, { url: 'https://127.0.0.1' }, 'ca') as unknown as readonly {
    readonly webhooks?: readonly { readonly name: string; readonly timeoutSeconds: number }[];
  }[];
  const hooks = rendered.flatMap(({ webhooks = [] }) => webhooks);
  return new Map(
    hooks.map(({ name, timeoutSeconds }) => [/(\w+)\.pillion\.io$/.exec(name)?.[1] ?? name, timeoutSeconds]),
  );
}

test('of each hook an alert tells when one answer in a hundred takes half of what the API server waits for it', () => {
  const limits = alerts.flatMap(({ expr }) => {
    const [, hooks = '', seconds] = /^histogram_quantile\(0\.99, .*\{hook=~?"([^"]+)"\}.* > ([\d.]+)$/.exec(expr) ?? [];
    return seconds === undefined ? [] : hooks.split('|').map((hook) => [hook, 2 * Number(seconds)] as const);
  });
  expect(limits.toSorted()).toEqual([...timeouts()].toSorted());
  expect(limits.map(([hook]) => hook).toSorted()).toEqual(HOOKS.toSorted());
});

test('the limits of the alerts are ends of buckets, or the quantile would be a guess between two of them', () => {
  const buckets: readonly number[] = METRIC_TABLE.duration.buckets;
  for (const seconds of timeouts().values()) expect(buckets).toContain(seconds / 2);
});
