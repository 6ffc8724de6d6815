import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/core/decision/decide.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { edited } from '../../src/core/sidecar/edit.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { EVERY_OVERRIDE, type PolicyChanges, policyWith } from '../core-fixtures/policies.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { ASKS, simplePod } from './pods.ts';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

const istio = (spec: object, annotations: object = {}) => ({
  policy: {
    istio: { templates: [HOST], ...spec },
    spec: { profiles: [{ name: 'istio' }], overrides: { allow: EVERYTHING, others: 'Deny' as const } },
  },
  annotations,
});

const EVERYTHING = EVERY_OVERRIDE;
const HOST = {
  name: 'host',
  containers: { 'istio-proxy': { volumeMounts: [{ name: 'logs', mountPath: '/logs' }] } },
  volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }],
};
const TPROXY = { 'sidecar.istio.io/interceptionMode': 'TPROXY' };
const NONE = { 'sidecar.istio.io/interceptionMode': 'NONE' };
const BINDS = { 'sidecar.istio.io/capNetBindService': 'true' };
const volume = (source: object) => ({ 'sidecar.istio.io/userVolume': JSON.stringify({ own: source }) });

interface Row {
  readonly title: string;
  readonly policy: PolicyChanges;
  readonly annotations?: object;
  readonly proxy?: object;
}

const ENVOY: readonly Row[] = [
  { title: 'Native, Redirect', policy: {} },
  { title: 'Classic, Redirect', policy: { profile: { order: 'Classic' } } },
  { title: 'Native, no capture', policy: { profile: { capture: 'None' } } },
  { title: 'Classic, no capture', policy: { profile: { order: 'Classic', capture: 'None' } } },
  { title: 'no features, IPv4', policy: { profile: { features: [], ipFamilies: 'IPv4' } } },
];

const ISTIO: readonly Row[] = (['Corrected', 'Istio'] as const).flatMap((compatibility): Row[] =>
  [
    { title: 'Redirect', ...istio({ compatibility }) },
    { title: 'Classic, Redirect', ...istio({ compatibility, order: 'Classic' }) },
    { title: 'CNI', ...istio({ compatibility, capture: 'Cni' }) },
    { title: 'no capture', ...istio({ compatibility, capture: 'None' }) },
    { title: 'TPROXY', ...istio({ compatibility }, TPROXY) },
    { title: 'CNI with TPROXY', ...istio({ compatibility, capture: 'Cni' }, TPROXY) },
    { title: 'mode NONE', ...istio({ compatibility }, NONE) },
    { title: 'low ports', ...istio({ compatibility, capture: 'None' }, BINDS) },
    { title: 'low ports, CNI', ...istio({ compatibility, capture: 'Cni', rights: { netBindService: true } }) },
    { title: 'privileged', ...istio({ compatibility, capture: 'Cni', rights: { privileged: true } }) },
    {
      title: 'no seccomp profile',
      ...istio({ compatibility, capture: 'None', rights: { seccompProfile: { type: 'Unconfined' } } }),
    },
    {
      title: 'rules traced',
      ...istio({ compatibility, capture: 'None', proxyConfig: { proxyMetadata: { IPTABLES_TRACE_LOGGING: 'true' } } }),
    },
    {
      title: 'a directory of the node',
      ...istio({ compatibility, capture: 'None', defaultTemplates: ['sidecar', 'host'] }),
    },
    {
      title: 'a directory of the node by annotation',
      ...istio({ compatibility, capture: 'None' }, volume({ hostPath: { path: '/x' } })),
    },
    {
      title: 'a volume of another system',
      ...istio({ compatibility, capture: 'None' }, volume({ nfs: { server: 'files', path: '/x' } })),
    },
    { title: 'a Secret', ...istio({ compatibility, capture: 'None' }, volume({ secret: { secretName: 'mesh' } })) },
    { title: 'an image', ...istio({ compatibility, capture: 'None' }, volume({ image: { reference: 'a/b:1' } })) },
  ].map((row) => ({ ...row, title: `istio, ${compatibility}, ${row.title}` })),
);

const OVERRIDDEN: Row = {
  title: 'istio, Istio, a port of the node by override',
  ...istio({ compatibility: 'Istio', capture: 'None' }),
  proxy: {
    name: 'istio-proxy',
    image: 'auto',
    ports: [{ containerPort: 8443, hostPort: 8443 }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  },
};

/** What Pod Security calls a rule, and what of the field that it is about is in our message. */
const RULES: readonly (readonly [theirs: string, ours: RegExp])[] = [
  ['capabilities', /securityContext\.capabilities/],
  ['privileged', /securityContext\.privileged/],
  ['allowPrivilegeEscalation', /securityContext\.allowPrivilegeEscalation/],
  ['runAsNonRoot', /securityContext\.runAsNonRoot/],
  ['runAsUser', /securityContext\.runAsUser/],
  ['seccompProfile', /securityContext\.(?:no )?seccompProfile/],
  ['hostPort', /ports\.hostPort/],
  ['volume', /allow [a-zA-Z]+ of/],
];

/** Rule by rule, the containers and volumes that break it, as the API server tells them. */
function theirs(message: string, names: ReadonlySet<string>): readonly string[] {
  const broken = [...message.matchAll(/(?:": |, )([^,"()]+) \(([^()]*)\)/g)].flatMap(([, head = '', detail = '']) => {
    const rule = RULES.find(([name]) => head.includes(name))?.[0] ?? `unknown: ${head}`;
    return [...detail.matchAll(/"([^"]+)"/g)].flatMap(([, name = '']) =>
      names.has(name) ? [`${rule} of ${name}`] : [],
    );
  });
  return [...new Set(broken)].sort();
}

/** The same as the decision tells them. */
function ours(problems: readonly { readonly message: string }[]): readonly string[] {
  const broken = problems.flatMap(({ message }) => {
    const rule = RULES.find(([, pattern]) => pattern.test(message))?.[0] ?? `unknown: ${message}`;
    return [`${rule} of ${message.split(' ').at(-1)}`];
  });
  return [...new Set(broken)].sort();
}

// meets the level restricted, so that only what is added can be forbidden
const RESTRICTED_SPEC = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'app',
      image: 'registry.example/app:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
  initContainers: [
    {
      name: 'prepare',
      image: 'registry.example/app:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

let controlPlane: ControlPlane;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = apiClient(controlPlane);
  for (const level of LEVELS)
    await controlPlane.createNamespace(level, { 'pod-security.kubernetes.io/enforce': level });
});

afterAll(async () => {
  api?.close();
  await controlPlane?.stop();
});

test.each(ENVOY)(
  '$title: at level restricted the plain Envoy breaks a rule by its redirect alone',
  ({ policy: changes }) => {
    const pod = simplePod('rendered', { annotations: ASKS, spec: RESTRICTED_SPEC }) as unknown as Pod;
    const labels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' };
    const { verdict, problems } = decide(
      subjectOf(pod, { name: 'restricted', labels }, policyWith(changes), '0'.repeat(16)),
    );
    const blamed = new Set(problems.map(({ message }) => message.split(' ').at(-1)));
    if (changes.profile?.capture === 'None') expect([verdict, blamed]).toEqual(['inject', new Set()]);
    else expect([verdict, blamed]).toEqual(['deny', new Set(['istio-init'])]);
  },
);

describe.each([...ENVOY, ...ISTIO, OVERRIDDEN])('profile: $title', ({ policy: changes, annotations, proxy }) => {
  test.each(LEVELS)('the API server answers for the rendered pod as decide does, at level %s', async (level) => {
    const policy = policyWith(changes);
    const pod = simplePod('rendered', {
      annotations: { ...ASKS, 'traffic.sidecar.istio.io/excludeOutboundPorts': '5432,9000', ...annotations },
      spec: {
        ...RESTRICTED_SPEC,
        containers: [...RESTRICTED_SPEC.containers, ...(proxy === undefined ? [] : [proxy])],
      },
    }) as unknown as Pod;
    const labels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': level };
    const subject = subjectOf(pod, { name: level, labels }, policy, '0'.repeat(16));
    const decision = decide(subject);
    const edit = subject.edit();
    if (edit === undefined) throw new Error('nothing was rendered');
    const made = edited(pod, edit);
    const answer = await api.call('POST', `/api/v1/namespaces/${level}/pods?dryRun=All`, made);
    if (decision.verdict === 'inject') expect([answer.status, answer.body.message]).toEqual([201, undefined]);
    else {
      expect(decision.reason).toBe('pod-security-forbids');
      expect(answer).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
      const message = String(answer.body.message);
      expect(message).toContain(`violates PodSecurity "${level}`);
      const { containers, initContainers = [], volumes = [] } = made.spec;
      const names = [...containers, ...(initContainers ?? []), ...(volumes ?? [])].map(({ name }) => name);
      expect(ours(decision.problems)).toEqual(theirs(message, new Set(names)));
    }
  });
});
