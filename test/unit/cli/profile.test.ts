import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { pillion } from './command-line.ts';

type Json = Record<string, unknown>;

const CHART = {
  global: { proxy: { resources: PRESET(), startupProbe: { enabled: true } } },
  sidecarInjectorWebhook: { rewriteAppHTTPProbe: true },
};

function PRESET() {
  return { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2000m', memory: '1024Mi' } };
}

const configMap = (name: string, data: Json, namespace = 'istio-system') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

interface Given {
  readonly config?: string;
  readonly values?: object;
  readonly mesh?: string;
}

const injector = ({ config = 'policy: disabled', values = CHART }: Given = {}, suffix = '') =>
  configMap(`istio-sidecar-injector${suffix}`, { config, values: JSON.stringify(values) });
const mesh = ({ mesh: text = '' }: Given = {}, suffix = '') => configMap(`istio${suffix}`, { mesh: text });

const text = (...objects: object[]): string => objects.map((object) => stringify(object)).join('---\n');
const fromIstio = (stdin: string, ...flags: string[]) =>
  pillion(['profile', 'from-istio', '-f', '-', ...flags], { stdin });

async function specOf(given: Given, ...flags: string[]): Promise<Json> {
  const { exit, stdout, stderr } = await fromIstio(text(injector(given), mesh(given)), '-o', 'json', ...flags);
  expect([exit, stderr]).toEqual([0, '']);
  return JSON.parse(stdout).profile.spec;
}

test('what is as in the built-in profile is left out, whichever way it is written', async () => {
  expect(await specOf({})).toEqual({ kind: 'Istio', compatibility: 'Istio' });
  const builtIn = { discoveryAddress: 'istiod.istio-system.svc:15012', statusPort: 15020 };
  expect(await specOf({ mesh: stringify({ defaultConfig: builtIn, trustDomain: 'cluster.local' }) })).toEqual({
    kind: 'Istio',
    compatibility: 'Istio',
  });
});

test('--compatibility Corrected is written, and one status port holds', async () => {
  const values = { ...CHART, global: { proxy: { ...CHART.global.proxy, statusPort: 15099 } } };
  expect(await specOf({ values })).toMatchObject({ compatibility: 'Istio', probes: { statusPort: 15099 } });
  const { exit, stdout, stderr } = await fromIstio(
    text(injector({ values }), mesh()),
    '--compatibility',
    'Corrected',
    '--strict',
  );
  expect([exit, stderr]).toEqual([1, expect.stringContaining('/data/values/global/proxy/statusPort: is 15099')]);
  expect(stdout).toContain('compatibility: Corrected');
  const agreed = { values, mesh: 'defaultConfig: { statusPort: 15099 }' };
  expect(await specOf(agreed, '--compatibility', 'Corrected')).toMatchObject({ proxyConfig: { statusPort: 15099 } });
});

test('--allow-privileged opens what a policy closes unless it is told', async () => {
  const stdin = text(injector(), mesh());
  const policyOf = async (...flags: string[]) =>
    JSON.parse((await fromIstio(stdin, '-o', 'json', ...flags)).stdout).policy;
  expect((await policyOf()).spec).not.toHaveProperty('overrides');
  const { allow } = (await policyOf('--allow-privileged')).spec.overrides;
  expect(allow).toContainEqual({ key: 'sidecar.istio.io/userVolume' });
  expect(allow).toContainEqual({ key: 'sidecar.istio.io/proxyCPU' });
});

test('the two ConfigMaps may stand in two files', async () => {
  const files = { 'injector.yaml': text(injector()), 'mesh.yaml': text(mesh()) };
  const args = ['profile', 'from-istio', '-f', 'injector.yaml', '-f', 'mesh.yaml'];
  expect(await pillion(args, { files })).toMatchObject({ exit: 0, stderr: '' });
});

test('of several revisions one is chosen', async () => {
  const both = text(injector(), mesh(), injector({}, '-canary'), mesh({}, '-canary'));
  expect(await fromIstio(both)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('several revisions: default, canary; choose one by --revision'),
  });
  for (const [revision, name] of [
    ['default', 'istio'],
    ['canary', 'istio-canary'],
  ])
    expect(parse((await fromIstio(both, '-o', 'yaml', '--revision', revision ?? '')).stdout)).toMatchObject({
      profile: { metadata: { name } },
      policy: { spec: { profiles: [{ name }] } },
    });
});

test('of two ConfigMaps of one name, that of the namespace of Istio counts', async () => {
  const other = {
    ...injector({ config: 'policy: enabled' }),
    metadata: { name: 'istio-sidecar-injector', namespace: 'a' },
  };
  const { stdout } = await fromIstio(text(other, injector(), mesh()), '-o', 'json');
  expect(JSON.parse(stdout).policy.spec.optIn).toEqual({ rule: 'Istio' });
});

const AT_VALUES = 'stdin:8:';

test.each<[what: string, stdin: string, told: string[]]>([
  ['no ConfigMap', 'kind: Pod\nmetadata: { name: web }\n', ['stdin:1:1: is of the kind "Pod", and no ConfigMap']],
  ['no object', 'just text', ['stdin:1:1: is "just text", and no ConfigMap']],
  ['nothing', '', ['there is no ConfigMap istio-sidecar-injector in the files', 'kubectl get configmap']],
  ['another ConfigMap', text(injector(), configMap('x', {})), ['there is no ConfigMap istio in', 'the ConfigMap "x"']],
  [
    'no key config',
    text(configMap('istio-sidecar-injector', { values: '{}' }), mesh()),
    ['/data: lacks the key config'],
  ],
  [
    'no data',
    `kind: ConfigMap\nmetadata: { name: istio-sidecar-injector }\n---\n${text(mesh())}`,
    ['lacks the key values'],
  ],
  [
    'a key of the prototype',
    text(configMap('istio', JSON.parse('{"__proto__":{"mesh":"{}"}}')), injector()),
    ['lacks the key mesh'],
  ],
  [
    'a key that is no text',
    text(injector(), configMap('istio', { mesh: { a: 1 } })),
    ['/data/mesh: is {"a":1}; accepted: a text'],
  ],
  [
    'a key with two documents',
    text(injector(), mesh({ mesh: 'a: 1\n---\nb: 1\n' })),
    ['/data/mesh: has more than one document'],
  ],
  ['a key with a list', text(injector(), mesh({ mesh: '[1]' })), ['/data/mesh: is [1]; accepted: a map']],
  [
    'broken YAML in a key, with the line of the file',
    'kind: ConfigMap\nmetadata:\n  name: istio-sidecar-injector\ndata:\n  values: "{}"\n  config: |\n    policy: enabled\n    templates: [\n    x: 1\n---\n' +
      text(mesh()),
    ['stdin:9:5: /data/config: '],
  ],
  [
    'broken JSON in one line, with the line of the key and that of the text',
    `${JSON.stringify(configMap('istio-sidecar-injector', { config: 'policy: enabled', values: '{"a":1,\n"a":' }))}\n---\n${text(mesh())}`,
    ['/data/values: ', 'line 2 of this text'],
  ],
  [
    'values of unknown types, all at once',
    'kind: ConfigMap\nmetadata:\n  name: istio-sidecar-injector\ndata:\n  config: "{}"\n  values: |-\n    { "global": {\n      "logAsJson": "perhaps", "hub": [],\n      "proxy": { "statusPort": -1, "resources": { "limits": 5 } } } }\n---\n' +
      text(mesh({ mesh: 'inboundTrafficPolicy: { mode: SIDEWAYS }' })),
    [
      `${AT_VALUES}7: /data/values/global/logAsJson: is "perhaps"; accepted: true or false`,
      `${AT_VALUES}31: /data/values/global/hub: is []; accepted: a text`,
      'stdin:9:18: /data/values/global/proxy/statusPort: is -1; accepted: a whole number that is not negative',
      'resources/limits: is 5; accepted: a map of quantities',
      '/data/mesh/inboundTrafficPolicy/mode: is "SIDEWAYS"; accepted: PASSTHROUGH, LOCALHOST',
    ],
  ],
  [
    'lists that are none',
    text(injector({ config: 'policy: enabled\ntemplates: 1\nneverInjectSelector: x\ndefaultTemplates: {}\n' }), mesh()),
    [
      '/data/config/templates: is 1; accepted: a map',
      '/data/config/neverInjectSelector: is "x"; accepted: a list of selectors',
      '/data/config/defaultTemplates: is {}; accepted: a list of names',
    ],
  ],
  [
    'an alias of no list',
    text(injector({ config: 'policy: enabled\naliases: { a: b }\n' }), mesh()),
    ['/data/config/aliases/a: is "b"; accepted: a list of names'],
  ],
])('%s is refused with its place', async (_, stdin, told) => {
  const { exit, stdout, stderr } = await fromIstio(stdin);
  expect([exit, stdout]).toEqual([2, '']);
  for (const part of told) expect(stderr).toContain(part);
});

test('files and a cluster exclude each other', async () => {
  expect(await fromIstio(text(injector(), mesh()), '--kubeconfig', 'x')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('give either files or a cluster'),
  });
});

test('a cluster that cannot be reached is told so', async () => {
  const { exit, stderr } = await pillion(['profile', 'from-istio', '--kubeconfig', '/nonexistent/kubeconfig']);
  expect([exit, stderr]).toEqual([4, expect.stringContaining('cannot read /nonexistent/kubeconfig')]);
});

test('keys that objects have by nature are keys as others', async () => {
  const hostile =
    '{"__proto__":{"global":{"hub":"evil"}},"constructor":{"x":1},"toString":"y","global":{"hasOwnProperty":1}}';
  const config = 'policy: enabled\ninjectedAnnotations: { constructor: a, toString: b }\naliases: {}\n';
  const stdin = text(configMap('istio-sidecar-injector', { config, values: hostile }), mesh());
  const { exit, stdout, stderr } = await fromIstio(stdin, '-o', 'json');
  expect(exit).toBe(0);
  expect(stdout).not.toContain('evil');
  for (const key of ['__proto__', 'constructor', 'toString', 'global/hasOwnProperty'])
    expect(stderr).toContain(`/data/values/${key}: is not known here`);
  expect(Object.entries(JSON.parse(stdout).profile.spec.annotations)).toEqual([
    ['constructor', 'a'],
    ['toString', 'b'],
  ]);
});

test.each([
  ['pilot/env/ENABLE_NATIVE_SIDECARS', { pilot: { env: { ENABLE_NATIVE_SIDECARS: { toString: 1 } } } }],
  ['global/logAsJson', { global: { logAsJson: { toString: 1 } } }],
  ['global/proxy/resources/limits', { global: { proxy: { resources: { limits: { cpu: { toString: 1 } } } } } }],
])('an object with a toString of its own at %s is refused with its place', async (path, values) => {
  const { exit, stderr } = await fromIstio(text(injector({ values }), mesh()));
  expect([exit, stderr]).toEqual([2, expect.stringContaining(`stdin:8:3: /data/values/${path}: is {"`)]);
});

test('a platform that is an object with a toString of its own is no OpenShift', async () => {
  const { order } = await specOf({ values: { ...CHART, global: { ...CHART.global, platform: { toString: 1 } } } });
  expect(order).toBeUndefined();
});

const show = (...args: string[]) => pillion(['profile', 'show', ...args]);

test('profile show prints every profile with all that it leaves out', async () => {
  const { exit, stdout } = await show('-o', 'json');
  expect(exit).toBe(0);
  const { profiles } = JSON.parse(stdout);
  expect(profiles).toMatchObject([
    { revision: expect.stringMatching(/^[0-9a-f]{16}$/), profile: { metadata: { name: 'envoy' } } },
    { profile: { metadata: { name: 'istio' }, spec: { traffic: { inboundListener: 15006 } } } },
  ]);
  expect(parse((await show('-o', 'yaml')).stdout)).toEqual({ profiles });
});

test('profile show NAME prints one, which loads again to the same', async () => {
  const { stdout } = await show('istio');
  expect(stdout).toMatch(/^# revision [0-9a-f]{16}\napiVersion: /);
  const again = await pillion(['profile', 'show', 'istio', '--profile', '-'], { stdin: stdout });
  expect(again).toEqual({ exit: 0, stdout, stderr: '' });
});

test('profile show counts a profile that is given, and refuses a name that none has', async () => {
  const stdin = stringify({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'istio' },
    spec: { kind: 'Istio', images: { hub: 'example.com/mesh' } },
  });
  expect((await pillion(['profile', 'show', 'istio', '--profile', '-'], { stdin })).stdout).toContain(
    'hub: example.com/mesh\n',
  );
  expect(await show('isto')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('there is no profile "isto"; known: envoy, istio'),
  });
});
