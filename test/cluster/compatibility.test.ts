import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { kubeconfig } from '../controlplane/users.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { eventually } from './eventually.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

// What `pillion check` says that the API server would refuse, it refuses, and the mended pod it admits: each by dry run, with the webhook.

const cluster = testCluster({
  shop: ENABLED,
  enabled: ENABLED,
  misspelt: { 'istio-injection': 'enalbed' },
  baseline: { ...ENABLED, 'pod-security.kubernetes.io/enforce': 'baseline' },
  tight: ENABLED,
  ranged: ENABLED,
});

const PROFILES = {
  spec: {
    profiles: [
      { name: 'istio', podSelector: { matchLabels: { profile: 'istio' } } },
      { name: 'classic', podSelector: { matchLabels: { profile: 'classic' } } },
      { name: 'uncaptured', podSelector: { matchLabels: { profile: 'uncaptured' } } },
      { name: 'envoy' },
    ],
  },
  istio: {},
  more: { classic: { order: 'Classic' as const }, uncaptured: { capture: 'None' as const } },
};
const POLICY = policyFile(PROFILES);

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small', namespace: 'tight' },
  spec: { hard: { 'limits.cpu': '2' } },
};
const RANGE = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'small', namespace: 'ranged' },
  spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] },
};

beforeAll(async () => {
  const { controlPlane, launcher, api } = cluster;
  const policy = join(launcher.guard.folder, 'policy.yaml');
  await writeFile(policy, POLICY);
  const pillion = await launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', policy] });
  await untilInForce(api, pillion);
  const applied = await controlPlane.kubectl(
    ['apply', '-f', '-'],
    [QUOTA, RANGE].map((one) => JSON.stringify(one)).join('\n---\n'),
  );
  expect(applied).toMatchObject({ code: 0 });
  await eventually('the quota is counted', async () => {
    const { body } = await api.call('GET', '/api/v1/namespaces/tight/resourcequotas/small');
    return JSON.stringify(body.status).includes('limits.cpu');
  });
});

type Pod = Readonly<Record<string, unknown>>;
type More = NonNullable<Parameters<typeof simplePod>[1]> & { readonly owners?: readonly object[] };

function pod({ owners, ...more }: More = {}): Pod {
  const made = simplePod('tried', { ...more, annotations: { ...ASKS, ...more.annotations } });
  return owners === undefined ? made : { ...made, metadata: { ...(made.metadata as object), ownerReferences: owners } };
}
const running = (container: object, more: More = {}): Pod =>
  pod({ ...more, spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...container }] } });

/** The codes of what is found about the pod that weighs as much as a refusal. */
async function refusedBy(tried: Pod, namespace: string): Promise<readonly string[]> {
  const namespaces = {
    shop: {},
    tight: {},
    ranged: {},
    baseline: { 'pod-security.kubernetes.io/enforce': 'baseline' },
  };
  const objects = [
    ...Object.entries(namespaces).map(([name, labels]) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })),
    QUOTA,
    RANGE,
    { ...tried, metadata: { ...(tried.metadata as object), namespace } },
  ];
  const files = { objects: objects.map((one) => JSON.stringify(one)).join('\n---\n'), policy: POLICY };
  const { stdout, stderr } = await commandLine(['check', '-f', 'objects', '--policy', 'policy', '-o', 'json'], {
    files,
  });
  if (stdout === '') throw new Error(stderr);
  const { workloads } = JSON.parse(stdout) as {
    readonly workloads: readonly { readonly findings: readonly { code: string; severity: string }[] }[];
  };
  const codes = workloads.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === 'incompatible').map(({ code }) => code),
  );
  return [...new Set(codes)];
}

const asked = async (tried: Pod, namespace: string) => {
  const { status, body } = await cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, tried);
  return {
    status,
    hasSidecar: JSON.stringify(body).includes('"pillion.io/status"'),
    message: String(body.message ?? ''),
  };
};

const CLASSIC = { labels: { profile: 'classic' } };
const ISTIO = { labels: { profile: 'istio' } };
const JOB = [
  { apiVersion: 'batch/v1', kind: 'Job', name: 'once', uid: '7a0c4d0e-0000-4000-8000-000000000000', controller: true },
];
const LIMITED = { resources: { limits: { cpu: '100m' } } };
const SMALLER = { annotations: { 'sidecar.istio.io/proxyCPULimit': '1' } };

describe('refused, and admitted when it is mended', () => {
  test.each<[code: string, namespace: string, wrong: Pod, mended: Pod, says: string]>([
    [
      'FIT010',
      'shop',
      pod({ spec: { securityContext: { runAsUser: 1337 } } }),
      pod({ spec: { securityContext: { runAsUser: 1338 } } }),
      'uid-conflict',
    ],
    [
      'FIT011',
      'shop',
      running({ ports: [{ containerPort: 15006 }] }),
      running({ ports: [{ containerPort: 15007 }] }),
      'port-conflict',
    ],
    ['FIT012', 'shop', pod({ ...CLASSIC, owners: JOB }), pod({ owners: JOB }), 'job-needs-native-sidecar'],
    ['FIT014', 'baseline', pod(), pod({ labels: { profile: 'uncaptured' } }), 'pod-security-forbids'],
    ['FIT015', 'tight', running(LIMITED), running(LIMITED, SMALLER), 'exceeded quota: small'],
    ['FIT016', 'ranged', running(LIMITED), running(LIMITED, SMALLER), 'maximum cpu usage per Container is 1'],
    [
      'FIT017',
      'shop',
      running({ livenessProbe: { httpGet: { port: 'none' } } }, ISTIO),
      running({ livenessProbe: { httpGet: { port: 8080 } } }, ISTIO),
      'probe-not-rewritable',
    ],
    [
      'FIT018',
      'shop',
      pod({ annotations: { 'sidecar.istio.io/proxyCPU': 'lots' } }),
      pod({ annotations: { 'sidecar.istio.io/proxyCPU': '200m' } }),
      'invalid-annotation',
    ],
  ])('%s in %s', async (code, namespace, wrong, mended, says) => {
    expect([await refusedBy(wrong, namespace), await refusedBy(mended, namespace)]).toEqual([[code], []]);
    const refused = await asked(wrong, namespace);
    expect(refused).toMatchObject({ status: 403, message: expect.stringContaining(says) });
    expect(await asked(mended, namespace)).toMatchObject({ status: 201, hasSidecar: true });
  });
});

describe('what Pillion leaves alone', () => {
  test.each<[code: string, left: Pod]>([
    ['FIT001', pod({ spec: { hostNetwork: true } })],
    ['FIT002', pod({ spec: { os: { name: 'windows' } } })],
    [
      'FIT003',
      pod({
        spec: {
          containers: [
            { name: 'app', image: 'a:1' },
            { name: 'kuma-sidecar', image: 'b:1' },
          ],
        },
      }),
    ],
  ])('%s', async (code, left) => {
    expect(await refusedBy(left, 'shop')).toEqual([code]);
    expect(await asked(left, 'shop')).toMatchObject({ status: 201, hasSidecar: false });
    expect(await asked(pod(), 'shop')).toMatchObject({ status: 201, hasSidecar: true });
  });
});

describe('a workload that is applied', () => {
  const deployment = (replicas: number, image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: {
          labels: { app: 'web', profile: 'istio' },
          annotations: { ...ASKS, 'linkerd.io/inject': 'enabled' },
        },
        spec: { dnsPolicy: 'Default', containers: [{ name: 'web', image, args: ['--http1.0', 'HTTP/1.0'] }] },
      },
    },
  });
  const path = '/apis/apps/v1/namespaces/shop/deployments';
  // Node joins the headers of several warnings
  const about = (warnings: readonly string[]) => warnings.join().match(/FIT\d{3}(?=: )|\d+ more: [^"]*/g) ?? [];

  test('is answered with what has to change, three findings at most, and only when its template is new', async () => {
    const created = await cluster.api.call('POST', path, deployment(0, 'a:1'));
    expect({ status: created.status, told: about(created.warnings) }).toEqual({
      status: 201,
      told: ['FIT034', 'FIT005', 'FIT025', '1 more: pillion check deployment/web -n shop'],
    });
    const scaled = await cluster.api.call('PATCH', `${path}/web`, { spec: { replicas: 1 } });
    expect({ status: scaled.status, told: about(scaled.warnings) }).toEqual({ status: 200, told: [] });
    const changed = await cluster.api.call('PATCH', `${path}/web`, {
      spec: { template: { metadata: { labels: { version: '2' } } } },
    });
    expect(about(changed.warnings)).toHaveLength(4);
  });

  test('is checked where it stands, by its name, by its namespace and with all others', async () => {
    const ways = [['deploy/web', '-n', 'shop'], ['-n', 'shop'], ['-A']];
    for (const way of ways) {
      const args = [
        'check',
        ...way,
        '--kubeconfig',
        cluster.controlPlane.kubeconfig,
        '--policy',
        'policy',
        '-o',
        'json',
      ];
      const { exit, stdout } = await commandLine(args, { files: { policy: POLICY } });
      const { workloads } = JSON.parse(stdout) as {
        readonly workloads: readonly { readonly name: string; readonly verdict: string }[];
      };
      expect({ way, exit, found: workloads.filter(({ name }) => name === 'web') }).toMatchObject({
        way,
        exit: 1,
        found: [{ verdict: 'incompatible' }],
      });
    }
  });

  test('what is not there is said', async () => {
    const where = ['--kubeconfig', cluster.controlPlane.kubeconfig];
    const { exit, stderr } = await commandLine(['check', 'deploy/none', '-n', 'shop', ...where]);
    expect({ exit, stderr }).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('there is no Deployment none in namespace shop'),
    });
  });

  test('quotas are those of the cluster, with what is in use', async () => {
    const small = { ...deployment(3, 'a:1'), metadata: { name: 'many', namespace: 'tight' } };
    expect((await cluster.api.call('POST', path.replace('shop', 'tight'), small)).status).toBe(201);
    const args = [
      'check',
      'deploy/many',
      '-n',
      'tight',
      '--only',
      'FIT015',
      '--kubeconfig',
      cluster.controlPlane.kubeconfig,
    ];
    const { stdout, stderr } = await commandLine(args);
    expect(stderr).toContain('the cluster has no InjectionPolicies, so the built-in policy counts');
    expect(stdout).toContain('limits.cpu 2 is less than 6: 0 in use and 3 x 2 for sidecars');
  });

  test('who may not read what stands around it is told what was not looked at', async () => {
    const { controlPlane } = cluster;
    const rights = [
      'create',
      'role',
      'squad',
      '-n',
      'shop',
      '--verb=get,list',
      '--resource=deployments.apps,namespaces,services',
    ];
    for (const args of [
      ['create', 'serviceaccount', 'squad', '-n', 'shop'],
      rights,
      ['create', 'rolebinding', 'squad', '-n', 'shop', '--role=squad', '--serviceaccount=shop:squad'],
    ])
      expect(await controlPlane.kubectl(args)).toMatchObject({ code: 0 });
    const token = (await controlPlane.kubectl(['create', 'token', 'squad', '-n', 'shop'])).stdout.trim();
    const file = join(controlPlane.folder, 'squad.kubeconfig');
    await writeFile(file, kubeconfig(controlPlane.url, controlPlane.ca, [{ name: 'squad', groups: [], token }]));
    const args = ['check', 'deploy/web', '-n', 'shop', '--policy', 'policy', '--kubeconfig', file];
    const { exit, stdout, stderr } = await commandLine(args, { files: { policy: POLICY } });
    expect(stderr).toBe(
      'not looked at, since they may not be read: resourcequotas, limitranges, networkpolicies, horizontalpodautoscalers\n',
    );
    expect(stdout).toContain('FIT034 incompatible');
    expect(exit).toBe(1);
  });
});
