import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isObject } from '../../src/core/json/is-object.ts';
import { policyFile } from '../cluster/policy-file.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { readPeer } from './peer.ts';

const SHOP = readFileSync(new URL('../unit/cli/capacity/shop.yaml', import.meta.url), 'utf8');

/** The path of each value. */
const paths = (value: unknown, at = ''): string[] =>
  isObject(value) ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}/${key}`)) : [at];

test('the values that capacity prints for istiod are values of its chart, and none is lower than the chart’s own', async () => {
  const { values } = await readPeer();
  const policy = policyFile({ spec: { profiles: [{ name: 'istio' }] } });
  const files = { shop: SHOP, policy };
  const { stdout } = await pillion(['capacity', '-f', 'shop', '--policy', 'policy', '-o', 'helm-values'], { files });
  const printed = parse(stdout);
  expect(paths(printed)).toHaveLength(5);
  expect(paths(values)).toEqual(expect.arrayContaining(paths(printed)));
  const chart = values as unknown as { autoscaleMin: number; autoscaleMax: number; resources: object };
  expect(printed.autoscaleMin).toBeGreaterThanOrEqual(chart.autoscaleMin);
  expect(printed.autoscaleMax).toBeGreaterThanOrEqual(chart.autoscaleMax);
  expect(printed.resources).toEqual(chart.resources);
});
