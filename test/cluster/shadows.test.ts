import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { until } from '../https/until.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { auditEventsIn, recordsIn } from './records.ts';
import { testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const SHADOW = 'nobody-chooses-a-level';

const policy = (name: string, spec: object): string =>
  stringify({ apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name }, spec });
const shadow = (spec: object): string => policy(SHADOW, { mode: 'Shadow', ...spec });

let pillion: PillionProcess;
let shadowFile: string;

const cluster = testCluster({ misspelt: { 'istio-injection': 'enalbed' } });

beforeAll(async () => {
  for (const name of [NAMESPACE, 'enabled'])
    await cluster.controlPlane.createNamespace(name, { 'istio-injection': 'enabled' });
  const file = join(cluster.controlPlane.folder, 'policy.yaml');
  shadowFile = join(cluster.controlPlane.folder, 'shadow.yaml');
  await writeFile(file, policy('default', {}));
  await writeFile(shadowFile, shadow({ overrides: { allow: [] } }));
  const args = ['--policy', file, '--policy', shadowFile];
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args });
  await untilInForce(cluster.api, pillion);
});

const differences = async () =>
  (await counterOf(pillion.opsPort, 'pillion_shadow_differences_total')).get(
    `{policy="${SHADOW}",verdict="inject",shadow="deny"}`,
  ) ?? 0;

test('a policy in mode Shadow would refuse what alice applies: she is told nothing of it, and the operator is', async () => {
  const annotations = { ...ASKS, 'sidecar.istio.io/logLevel': 'debug' };
  const labels = { app: 'web' };
  const manifest = stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: simplePod('web').spec },
    },
  });
  const applied = await cluster.controlPlane.kubectl(['apply', '--context=alice', '-f', '-'], manifest);
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.stderr).toContain('deployment/web will get a sidecar');
  // the forecast and the pod
  await until(async () => (await differences()) === 2);

  const recorded = async () =>
    (await recordsIn(pillion.log)).filter(({ namespace, shadows }) => namespace === NAMESPACE && shadows !== undefined);
  await until(async () => (await recorded()).some(({ hook }) => hook === 'warn'));
  const records = await recorded();
  expect([...new Set(records.map(({ hook }) => hook))].sort()).toEqual(['inject', 'warn', 'workloads']);
  for (const { shadows } of records)
    expect(shadows).toMatchObject([{ policy: SHADOW, verdict: 'deny', reason: 'override-forbidden' }]);
  const log = await readFile(pillion.log, 'utf8');
  const { stdout } = await commandLine(['policy', 'shadow', '-f', 'log', '-n', NAMESPACE, '-o', 'json'], {
    files: { log },
  });
  expect(JSON.parse(stdout)).toMatchObject({
    policies: [
      {
        policy: SHADOW,
        ...{ pods: 1, forecasts: 1 },
        changes: [
          {
            owner: 'Deployment/web',
            before: { verdict: 'inject', reason: 'opted-in' },
            after: { verdict: 'deny', reason: 'override-forbidden' },
            appliedBy: 'alice',
          },
        ],
      },
    ],
  });
  expect(applied.stderr).not.toContain(SHADOW);
  expect(JSON.stringify(await auditEventsIn(cluster.controlPlane.auditLog))).not.toContain(SHADOW);
});

test('a changed shadow is asked at once, and one that is taken back is counted no more', async () => {
  await writeFile(shadowFile, shadow({ optIn: { autoInject: 'enabled' } }));
  const create = async (name: string) => {
    const { status } = await cluster.api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods`, simplePod(name));
    expect(status).toBe(201);
  };
  let tries = 0;
  const series = `{policy="${SHADOW}",verdict="skip",shadow="inject"}`;
  await until(async () => {
    await create(`silent-${++tries}`);
    return (await counterOf(pillion.opsPort, 'pillion_shadow_differences_total')).has(series);
  });
  await writeFile(shadowFile, policy('other', { mode: 'Shadow' }));
  await until(async () => {
    const counts = await counterOf(pillion.opsPort, 'pillion_shadow_decisions_total');
    return [...counts.keys()].every((labels) => labels.includes('policy="other"'));
  });
});
