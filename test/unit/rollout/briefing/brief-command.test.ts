import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { policyFile } from '../../../cluster/policy-file.ts';
import { ENABLED } from '../../../cluster/test-cluster.ts';
import { SIDECAR } from '../../../core-fixtures/policies.ts';
import { pillion } from '../../cli/command-line.ts';

const deployment = (name: string, namespace: string, squad?: string): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: { labels: { app: name, ...(squad !== undefined && { 'pillion.io/squad': squad }) } },
        spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
      },
    },
  });

const PLAN = `
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata: { name: default }
spec:
  stages:
    - { name: first, namespaces: [shop] }
    - { name: second, namespaces: [shop, billing], podSelector: { matchLabels: { app: ledger } }, features: [Resilience] }
`;
const files = {
  objects: [
    deployment('web', 'shop', 'storefront'),
    deployment('cart', 'shop', 'checkout'),
    deployment('old', 'shop'),
    deployment('ledger', 'billing', 'checkout'),
    deployment('batch', 'billing'),
  ].join('\n---\n'),
  plan: PLAN,
};

interface Briefing {
  readonly title: string;
  readonly squads: readonly {
    readonly squad: string;
    readonly workloads: readonly {
      readonly name: string;
      readonly statements: readonly { readonly kind: string; readonly says: string }[];
      readonly lookups: readonly { readonly in?: string; readonly query?: string }[];
      readonly ways: readonly { readonly says: string; readonly command?: string }[];
    }[];
  }[];
}

async function brief(...args: readonly string[]): Promise<Briefing> {
  const { stdout, stderr } = await pillion(['rollout', 'brief', '-f', 'objects', '-o', 'json', ...args], { files });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Briefing;
}

const told = ({ title, squads }: Briefing) => ({
  title,
  squads: squads.map(({ squad, workloads }) => [squad, ...workloads.map(({ name }) => name)]),
});

describe('whom a briefing is for', () => {
  test.each([
    [
      ['first', '--plan', 'plan'],
      'stage first',
      [
        ['unowned', 'old'],
        ['checkout', 'cart'],
        ['storefront', 'web'],
      ],
    ],
    [['second', '--plan', 'plan'], 'stage second', [['checkout', 'ledger']]],
    [
      ['billing'],
      'namespace billing',
      [
        ['unowned', 'batch'],
        ['checkout', 'ledger'],
      ],
    ],
    [['deploy/web', '-n', 'shop'], 'Deployment shop/web', [['storefront', 'web']]],
    [['shop', '--squad', 'unowned'], 'namespace shop', [['unowned', 'old']]],
    [
      [],
      'everything in the files',
      [
        ['unowned', 'batch', 'old'],
        ['checkout', 'ledger', 'cart'],
        ['storefront', 'web'],
      ],
    ],
  ])('%j', async (args, title, squads) => {
    expect(told(await brief(...args))).toEqual({ title, squads });
  });

  test.each([
    [['deploy/none', '-n', 'shop'], 'there is no workload for Deployment shop/none'],
    [['none'], 'there is no workload for namespace none'],
    [['thing/web'], 'thing/web is no KIND/NAME'],
    [['No Name'], 'No Name names neither a stage, nor a namespace, nor a workload as KIND/NAME'],
    [['shop', '--squad', 'nobody'], 'there are: unowned, checkout, storefront'],
    [['shop', '--acknowledged'], '--acknowledged is asked of a stage of a cluster'],
  ])('%j is refused', async (args, says) => {
    const { exit, stdout, stderr } = await pillion(['rollout', 'brief', '-f', 'objects', ...args], { files });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

test('the features of a stage become labels of the namespace', async () => {
  const { squads } = await brief('second', '--plan', 'plan');
  const commands = squads.flatMap(({ workloads }) =>
    workloads.flatMap(({ ways }) => ways.flatMap((way) => way.command ?? [])),
  );
  expect(commands).toContain(
    'kubectl label namespace billing istio-injection=enabled feature.pillion.io/Resilience=enabled --overwrite',
  );
});

test('pods that ask already are not replaced by their namespace’s label, and no change of a template is there to be undone', async () => {
  const asking = deployment('web', 'shop', 'storefront').replace(
    '"metadata":{"labels"',
    '"metadata":{"annotations":{"sidecar.istio.io/inject":"true"},"labels"',
  );
  const { stdout } = await pillion(['rollout', 'brief', '-f', 'objects', '-o', 'json', 'shop'], {
    files: { objects: asking },
  });
  const { ways } = (JSON.parse(stdout) as Briefing).squads[0]?.workloads[0] ?? { ways: [] };
  expect(ways).toContainEqual({
    what: 'NextRollout',
    says: 'Nothing is restarted by that: the next pods come with the sidecar. Those that run get theirs by',
    command: 'pillion rollout restart --missing -n shop deployment/web',
  });
  expect(JSON.stringify(ways)).not.toMatch(/rollout undo|replaced at once/);
});

const POLICY_BY_FEATURE = policyFile({
  spec: {
    profiles: [
      { name: 'observed', namespaceSelector: { matchLabels: { 'feature.pillion.io/Observability': 'enabled' } } },
      { name: 'envoy' },
    ],
  },
  profile: { features: [] },
  more: { observed: { features: ['Observability'] } },
});
const METRICS = `
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata: { name: default }
spec:
  stages:
    - { name: pilot, state: Open, namespaces: [shop] }
    - { name: metrics, namespaces: [shop], features: [Observability] }
`;

async function briefMetrics(mark: string) {
  const { spec, ...of } = JSON.parse(deployment('web', 'shop', 'storefront'));
  const { metadata } = spec.template;
  const annotations = { 'sidecar.istio.io/inject': mark };
  const web = { ...of, spec: { template: { ...spec.template, metadata: { ...metadata, annotations } } } };
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: ENABLED } };
  const { stdout } = await pillion(
    ['rollout', 'brief', 'metrics', '-f', 'objects', '-o', 'json', '--plan', 'plan', '--policy', 'policy'],
    {
      files: {
        objects: `${JSON.stringify(shop)}\n---\n${JSON.stringify(web)}`,
        plan: METRICS,
        policy: POLICY_BY_FEATURE,
      },
    },
  );
  const [workload] = (JSON.parse(stdout) as Briefing).squads[0]?.workloads ?? [];
  if (workload === undefined) throw new Error(stdout);
  return { kinds: [...new Set(workload.statements.map(({ kind }) => kind))], ...workload };
}

test('a stage of features tells a workload with its sidecar how that changes, and one without what it gets in all', async () => {
  const { kinds, statements, ways } = await briefMetrics('true');
  expect(kinds).toEqual(['Container', 'StopOrder', 'Feature', 'Annotation']);
  const told = statements.map(({ says }) => says).join('\n');
  expect(told).toContain('Observability is on');
  expect(told).not.toMatch(/is added, which|more CPU|Resilience/);
  expect(ways.map(({ command }) => command)).toContain('pillion rollout restart --stale -n shop deployment/web');
  expect(ways.map(({ says }) => says).join()).not.toContain('the pods are replaced at once');
  const whole = await briefMetrics('false');
  expect(whole.statements.map(({ says }) => says).join('\n')).toMatch(/istio-proxy is added, which.*more CPU/s);
});

test('every metric of the queries is one of the dashboard, whose queries a real Prometheus answers', async () => {
  const dashboard = readFileSync(
    new URL('../../../../charts/pillion/files/sidecar-dashboard.json', import.meta.url),
    'utf8',
  );
  const { squads } = await brief('shop');
  const queries = squads
    .flatMap(({ workloads }) => workloads.flatMap(({ lookups }) => lookups))
    .flatMap(({ in: language, query }) => (language === 'PromQL' && query !== undefined ? [query] : []));
  const metrics = new Set(queries.flatMap((query) => query.match(/envoy_(?:cluster|server)_[a-z_]+(?=\{)/g) ?? []));
  expect(metrics.size).toBeGreaterThan(3);
  expect([...metrics].filter((metric) => !dashboard.includes(metric))).toEqual([]);
});

test.each([
  [{ cpu: '2', memory: '1Gi' }, 'at most 2 CPU and 1Gi memory'],
  [{ memory: '1Gi' }, 'at most 1Gi memory, and CPU without a limit'],
  [{}, 'CPU and memory without a limit'],
])('what the sidecar may use with the limits %j is told: %s', async (limits, most) => {
  const sidecar = { ...SIDECAR, resources: { ...SIDECAR.resources, limits } };
  const args = [
    'rollout',
    'brief',
    'deployment/web',
    '-f',
    'objects',
    '--policy',
    'policy',
    '-o',
    'json',
    '-n',
    'shop',
  ];
  const { stdout } = await pillion(args, { files: { ...files, policy: policyFile({ profile: { sidecar } }) } });
  const { squads } = JSON.parse(stdout) as Briefing;
  const statements = squads.flatMap(({ workloads }) => workloads.flatMap((workload) => workload.statements));
  expect(statements.filter(({ kind }) => kind === 'Limits').map(({ says }) => says)).toEqual([
    `The added containers may use ${most} beside yours.`,
  ]);
});
