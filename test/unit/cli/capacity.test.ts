import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { policyFile } from '../../cluster/policy-file.ts';
import { pillion } from './command-line.ts';

const text = (file: string) => readFileSync(new URL(`./capacity/${file}`, import.meta.url), 'utf8');
const FILES = {
  shop: text('shop.yaml'),
  plan: text('plan.yaml'),
  istio: policyFile({ spec: { profiles: [{ name: 'istio' }] } }),
};

interface Line {
  readonly what: string;
  readonly now: number;
  readonly afterStage: number;
  readonly everything: number;
  readonly basis: { readonly kind: string; readonly of: string };
}

async function capacity(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const run = await pillion(['capacity', ...args], { files: { ...FILES, ...files } });
  const told = run.stdout.startsWith('{') ? JSON.parse(run.stdout) : {};
  const line = (what: string) => (told.lines as Line[]).find((one) => one.what === what);
  return { ...run, told, line };
}

const OF_SHOP = ['-f', 'shop', '--plan', 'plan', '-o', 'json'];

interface Manifest {
  readonly spec: { readonly template: { readonly metadata: object } };
}

/** The shop with one of its documents changed. */
function changed(kind: string, name: string, change: (object: Manifest) => void): string {
  const documents = parseAllDocuments(FILES.shop).map((document) => document.toJS());
  for (const object of documents) if (object.kind === kind && object.metadata.name === name) change(object);
  return documents.map((object) => stringify(object)).join('---\n');
}

describe('what sidecars take', () => {
  test('is told for people as it is expected', async () => {
    const { stdout, exit } = await capacity(['-f', 'shop', '--plan', 'plan']);
    expect(exit).toBe(1);
    const expected = new URL('./capacity/expected.txt', import.meta.url);
    if (process.env.UPDATE_GOLDEN) writeFileSync(expected, stdout);
    expect(stdout).toBe(readFileSync(expected, 'utf8'));
  });

  test('is what the policy renders: now by who asks, after the stage for all of it, in the end for all that can', async () => {
    const { line, told } = await capacity(OF_SHOP);
    expect(told.stage).toBe('first');
    expect(line('sidecars')).toMatchObject({ now: 3, afterStage: 7, everything: 13 });
    // 100m each; 128Mi each, but for the 256Mi that the cart's annotation says
    expect(line('CPU that sidecars request')?.afterStage).toBeCloseTo(0.7);
    expect(line('memory that sidecars request')?.afterStage).toBe((3 * 128 + 4 * 256) * 2 ** 20);
    expect(line('memory that sidecars request')?.everything).toBe((9 * 128 + 4 * 256) * 2 ** 20);
    expect(told.leftOut).toEqual([{ reason: 'host-network', workloads: 1, pods: 2 }]);
  });

  test('is nothing more for a workload that says that it wants none', async () => {
    const shop = changed('Deployment', 'cart', ({ spec }) => {
      Object.assign(spec.template.metadata, {
        labels: { app: 'cart', 'sidecar.istio.io/inject': 'false' },
      });
    });
    const { line, told } = await capacity(OF_SHOP, { shop });
    expect(line('sidecars')).toMatchObject({ now: 3, afterStage: 3, everything: 9 });
    expect(told.leftOut).toContainEqual({ reason: 'opted-out', workloads: 1, pods: 4 });
  });

  test('is nothing more where the pod says for all of its containers together what it asks for', async () => {
    const whole = stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'whole', annotations: { 'sidecar.istio.io/inject': 'true' } },
      spec: {
        resources: { requests: { cpu: '1' } },
        containers: [{ name: 'app', image: 'app:1', resources: { requests: { cpu: '500m' } } }],
      },
    });
    const { line } = await capacity(['-f', 'whole', '-o', 'json'], { whole });
    expect(line('sidecars')).toMatchObject({ everything: 1 });
    expect(line('CPU that sidecars request')).toMatchObject({ everything: 0 });
    expect(line('memory that sidecars request')).toMatchObject({ everything: 128 * 2 ** 20 });
  });

  test('without a plan is told for now and the end', async () => {
    const { told, line } = await capacity(['-f', 'shop', '-o', 'json']);
    expect(told.stage).toBeNull();
    expect(line('sidecars')).toMatchObject({ now: 3, everything: 13 });
  });
});

test.each([
  ['first', 'Closed', 'first'],
  ['first', 'Open', 'payments'],
])('the next stage is the first that is closed: with %s %s it is %s', async (_, state, next) => {
  const plan = parse(FILES.plan);
  plan.spec.stages[0].state = state;
  expect((await capacity(OF_SHOP, { plan: stringify(plan) })).told.stage).toBe(next);
});

describe('quotas', () => {
  test('are counted with the applications, and lack what is missing', async () => {
    const { told } = await capacity(OF_SHOP);
    const bounds = told.quotas.map(({ resource, lacking }: { resource: string; lacking: Line }) => [
      resource,
      lacking.afterStage,
    ]);
    // 3 x 500m and 4 x 1500m, and 7 x 100m of sidecars, of 8
    expect(bounds[0][1]).toBeCloseTo(0.2);
    expect(bounds[2]).toEqual(['limits.memory', 4.5 * 2 ** 30]);
  });

  test('that hold just what is needed lack nothing', async () => {
    const pod = (name: string) =>
      stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, annotations: { 'sidecar.istio.io/inject': 'true' } },
        spec: { containers: [{ name: 'app', image: 'app:1', resources: { requests: { cpu: '200m' } } }] },
      });
    // with a sidecar of 100m each; as binary fractions they are more than 0.9 together
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'tight' },
      spec: { hard: { cpu: '900m' } },
    };
    const tight = [...['one', 'two', 'three'].map(pod), stringify(quota)].join('---\n');
    const { exit, told } = await capacity(['-f', 'tight', '-o', 'json'], { tight });
    expect(told.quotas).toMatchObject([{ needed: { everything: 0.9 }, lacking: { everything: 0 } }]);
    expect(exit).toBe(0);
  });

  test('with room let it end with 0', async () => {
    const roomy = changed('ResourceQuota', 'pods', (quota) => {
      Object.assign(quota, { spec: { hard: { 'requests.cpu': '100', 'limits.memory': '1Ti' } } });
    });
    const more = Array.from({ length: 4 }, (_, number) =>
      stringify({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: `more-${number}` },
        status: { allocatable: { cpu: '4', memory: '16Gi', pods: '110' } },
      }),
    );
    const { exit, stdout } = await capacity(['-f', 'shop', '--plan', 'plan'], {
      shop: [roomy, ...more].join('\n---\n'),
    });
    expect(exit).toBe(0);
    expect(stdout).toContain('There is room on the 8 nodes that there are.\nAll quotas have room.');
  });
});

test('nodes that are not known are told to be unknown', async () => {
  const shop = FILES.shop.replaceAll('kind: Node\n', 'kind: Other\n');
  const { stdout } = await capacity(['-f', 'shop', '--plan', 'plan'], { shop });
  expect(stdout).toContain('Whether nodes have room is not known');
  expect(stdout).toMatch(/^nodes +unknown +unknown +unknown/m);
});

describe('the basis of a figure', () => {
  test('is an assumption where one is in it, and what was said where it was', async () => {
    const { line } = await capacity(OF_SHOP);
    expect(line('logs of sidecars')?.basis).toMatchObject({
      kind: 'assumed',
      of: expect.stringContaining('10 requests/s a pod'),
    });
    const said = await capacity([...OF_SHOP, '--requests-per-second', '100', '--failed', '2']);
    expect(said.line('logs of sidecars')?.basis).toEqual({ kind: 'from', of: 'the command line' });
    // 3 pods, 100 requests/s, of which 2 % fail and 1 % of the others is sampled, 489 bytes a line as measured
    expect(said.line('logs of sidecars')?.now).toBeCloseTo(3 * 100 * (0.02 + 0.98 * 0.01) * 489 * 86_400, -3);
  });

  test('of series says what is assumed beside what was measured', async () => {
    const { line } = await capacity(OF_SHOP);
    const codes = 'two status codes a destination';
    const measured = expect.stringMatching(
      /the series of each were measured in the pod lab on 20\d\d-\d\d-\d\d, Envoy/,
    );
    expect(line('series of sidecars in Prometheus')?.basis).toMatchObject({
      kind: 'assumed',
      of: expect.stringContaining(codes),
    });
    expect(line('series of sidecars in Prometheus')?.basis.of).toEqual(measured);
    const istio = await capacity([...OF_SHOP, '--policy', 'istio']);
    const both = `${codes}; Istio’s sidecars show as many series as the plain Envoy`;
    expect(istio.line('series of sidecars in Prometheus')?.basis).toMatchObject({
      kind: 'assumed',
      of: expect.stringContaining(both),
    });
  });
});

describe('istiod', () => {
  test('is told where the policy has profiles of Istio, and its values are those of the chart', async () => {
    const { line } = await capacity([...OF_SHOP, '--policy', 'istio']);
    expect(line('istiod')).toMatchObject({ afterStage: 2, basis: { kind: 'from' } });
    expect(line('istiod at most (autoscaler)')).toMatchObject({ afterStage: 5, basis: { kind: 'assumed' } });
    const { stdout, exit } = await capacity(['-f', 'shop', '--policy', 'istio', '-o', 'helm-values']);
    expect(exit).toBe(1);
    expect(parse(stdout)).toEqual({
      autoscaleEnabled: true,
      autoscaleMin: 2,
      autoscaleMax: 5,
      resources: { requests: { cpu: '500m', memory: '2048Mi' } },
    });
  });

  test('is as large as the proxies of a large mesh need', async () => {
    const shop = changed('Deployment', 'pay', (deployment) => {
      Object.assign(deployment.spec, { replicas: 9000 });
    }).replaceAll('kind: Node\n', 'kind: Other\n');
    const { stdout } = await capacity(['-f', 'shop', '--policy', 'istio', '-o', 'helm-values'], { shop });
    // 9,007 proxies: five replicas of at most 2,000
    expect(parse(stdout)).toMatchObject({
      autoscaleMin: 5,
      autoscaleMax: 8,
      resources: { requests: { cpu: '1000m' } },
    });
  });

  test('is nobody’s question where a plain Envoy runs', async () => {
    expect(await capacity(['-f', 'shop', '-o', 'helm-values'])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no istiod to size'),
    });
  });
});

test.each([
  [['-f', 'none'], 2, 'ENOENT'],
  [['-f', 'empty'], 2, 'creates pods'],
  [['-f', 'shop', '--plan', 'shop'], 2, 'accepted here: RolloutPlan'],
  [['-f', 'shop', '--percentile', '10'], 2, 'from 50 to 100'],
  [['-f', 'shop', '--failed', '101'], 2, 'from 0 to 100'],
  [['-f', 'shop', '--storage-node', 'much'], 2, '1Ti'],
  [['-f', 'shop', '-o', 'patch'], 2, 'what sidecars use is not known'],
])('%j is answered with %d and "%s"', async (args, exit, message) => {
  const run = await capacity(args, { empty: 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n' });
  expect(run).toMatchObject({ exit, stdout: '' });
  expect(run.stderr).toContain(message);
});
