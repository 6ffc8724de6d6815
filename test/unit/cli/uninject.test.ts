import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const STATUS = 'pillion.io/status';
const uninject = (text: string) => pillion(['uninject', '-f', '-'], { stdin: text });

const pod = askingPod({}, { volumes: [{ name: 'data', emptyDir: {} }] });
const injected = patched(pod, admitted(pod));

const undone = async (object: PodJson): Promise<PodJson> => {
  const { exit, stdout } = await uninject(stringify(object));
  expect(exit).toBe(0);
  return parse(stdout);
};

/** The pod with other things told in its status. */
function withStatus(object: PodJson, change: (status: Json & { injected: Json }) => Json): PodJson {
  const { annotations } = object.metadata;
  const status = change(JSON.parse(annotations?.[STATUS] ?? '{}'));
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [STATUS]: JSON.stringify(status) } },
  };
}

test('an injected pod of a cluster becomes what its author wrote', async () => {
  expect(await undone(injected)).toEqual(pod);
  expect((await uninject(JSON.stringify(injected))).stderr).toBe('pod/web: uninjected\n');
});

test.each<[string, PodJson]>([
  ['nothing of ours', pod],
  ['a wish for another shape of ours', askingPod({}, { containers: [{ name: 'istio-proxy' }, { name: 'web' }] })],
  ['a status that cannot be read, and nothing else of ours', askingPod({ [STATUS]: '{}' })],
])('a pod with %s is left as it is', async (_, object) => {
  const text = stringify(object);
  expect(await uninject(text)).toEqual({
    exit: 0,
    stdout: text,
    stderr: 'pod/web: left as it is: nothing of an injection is in it\n',
  });
});

test.each<[string, PodJson, string]>([
  [
    'a sidecar',
    askingPod({}, { containers: [{ name: 'web' }, { name: 'istio-proxy', image: 'x' }] }),
    '/spec/containers/1',
  ],
  ['a redirect', askingPod({}, { initContainers: [{ name: 'istio-init', image: 'x' }] }), '/spec/initContainers/0'],
  ['a volume of ours', askingPod({}, { volumes: [{ name: 'pillion-envoy-run', emptyDir: {} }] }), '/spec/volumes/0'],
])('%s without a readable record is refused, and nothing is written', async (_, object, path) => {
  for (const status of [{}, { [STATUS]: 'x' }, { [STATUS]: '{"recordId":"short"}' }]) {
    const annotations = { ...object.metadata.annotations, ...status };
    const text = stringify({ ...object, metadata: { ...object.metadata, annotations } });
    const { exit, stdout, stderr } = await uninject(`${stringify(pod)}---\n${text}`);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`: ${path}: `);
    expect(stderr).toMatch(/nothing is written: 1 of 2 workloads cannot be undone\n$/);
  }
});

const forged: Json = {
  recordId: '0123456789abcdef',
  injected: {
    initContainers: ['prepare'],
    containers: ['web', 'worker'],
    volumes: ['data'],
    annotations: ['sidecar.istio.io/inject', 'kubectl.kubernetes.io/default-container', 'team'],
  },
  created: ['/spec', '/metadata', '/spec/containers', '/spec/volumes', '/metadata/annotations', '/metadata/labels'],
  replaced: { '/spec/volumes': '~', '/spec/containers': '~', '/metadata': 'x: y', '/metadata/annotations': '*evil' },
};

test('a forged record takes nothing away that is its author’s', async () => {
  const authors = askingPod(
    { 'kubectl.kubernetes.io/default-container': 'worker', team: 'shop' },
    {
      containers: [{ name: 'web' }, { name: 'worker' }],
      initContainers: [{ name: 'prepare' }],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  );
  const marked = withStatus(authors, () => forged);
  expect(await undone(marked)).toEqual(authors);
});

test.each<[string, Json]>([
  ['another name', { name: 'evil', image: 'auto', at: '/spec/containers/0' }],
  ['an image', { name: 'istio-proxy', image: 'evil', at: '/spec/containers/0' }],
  ['no shape of a container', { name: 'istio-proxy', volumeMounts: 5, at: '/spec/containers/0' }],
])('an override with %s in a forged record is not put back', async (_, override) => {
  const marked = withStatus(injected, (status) => ({ ...status, overrides: [override] }));
  expect(await undone(marked)).toEqual(pod);
});

test('an override in a forged record brings nothing but what an override may say', async () => {
  const override = {
    name: 'istio-proxy',
    securityContext: { privileged: true },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    command: ['sh'],
    at: '/spec/volumes/0',
  };
  const marked = withStatus(injected, (status) => ({ ...status, overrides: [override] }));
  expect((await undone(marked)).spec.containers).toEqual([{ name: 'istio-proxy' }, ...pod.spec.containers]);
});

const without = (list: 'initContainers' | 'volumes', name: string): PodJson => ({
  ...injected,
  spec: { ...injected.spec, [list]: (injected.spec[list] ?? []).filter((item) => item.name !== name) },
});

test.each<[string, PodJson, PodJson, string]>([
  [
    'its sidecar is gone',
    without('initContainers', 'istio-proxy'),
    pod,
    `${STATUS} names istio-proxy, which does not stand there`,
  ],
  ['a volume is gone', without('volumes', 'pillion-envoy-run'), pod, `${STATUS} names pillion-envoy-run`],
  [
    'it names less than stands there',
    withStatus(injected, (status) => ({
      ...status,
      injected: { ...status.injected, volumes: ['pillion-envoy-config'] },
    })),
    {
      ...pod,
      spec: {
        ...pod.spec,
        volumes: [...(pod.spec.volumes ?? []), { name: 'pillion-envoy-run', emptyDir: { medium: 'Memory' } }],
      },
    },
    '/spec/volumes/2 (pillion-envoy-run) is not named by pillion.io/status and stays',
  ],
  [
    'an annotation was changed since',
    {
      ...injected,
      metadata: {
        ...injected.metadata,
        annotations: { ...injected.metadata.annotations, 'kubectl.kubernetes.io/default-container': 'other' },
      },
    },
    askingPod({ 'kubectl.kubernetes.io/default-container': 'other' }, { volumes: pod.spec.volumes }),
    'the annotation kubectl.kubernetes.io/default-container was changed after the injection and stays',
  ],
])(
  'where record and pod contradict each other, %s, what is there is undone and it is told',
  async (_, given, expected, remark) => {
    const { exit, stdout, stderr } = await uninject(stringify(given));
    expect([exit, parse(stdout)]).toEqual([0, expected]);
    expect(stderr).toContain(`pod/web: uninjected\n  note: ${remark}`);
  },
);

test.each<[string, PodJson]>([
  [
    'among containers',
    askingPod(
      {},
      {
        containers: [
          { name: 'web' },
          { name: 'istio-proxy', image: 'auto', resources: { limits: { cpu: '1' } } },
          { name: 'worker' },
        ],
      },
    ),
  ],
  ['first', askingPod({}, { containers: [{ name: 'istio-proxy', image: '' }, { name: 'web' }] })],
  [
    'alone among init containers',
    askingPod({}, { initContainers: [{ name: 'istio-proxy', imagePullPolicy: 'Always' }] }),
  ],
])('an override %s is put back where it stood', async (_, object) => {
  expect(await undone(patched(object, admitted(object)))).toEqual(object);
});

test('what others added after the injection stays', async () => {
  const agent = { name: 'agent', image: 'agent' };
  const later = {
    ...injected,
    spec: { ...injected.spec, initContainers: [...(injected.spec.initContainers ?? []), agent] },
  };
  expect(await undone(later)).toEqual({ ...pod, spec: { ...pod.spec, initContainers: [agent] } });
});

test('several files become one stream', async () => {
  const files = { 'a.yaml': stringify(injected), 'b.yaml': stringify(podWith()) };
  const { stdout } = await pillion(['uninject', '-f', 'a.yaml', '-f', 'b.yaml'], { files });
  expect(stdout.split('---\n').map((text) => parse(text))).toEqual([pod, podWith()]);
});

test('what a merge key brings cannot be taken out: the place is told, and nothing is written', async () => {
  const [key, value] = ['kubectl.kubernetes.io/default-container', injected.metadata.annotations?.[STATUS]];
  const text = `x: &x {${key}: web}
kind: Pod
metadata:
  name: web
  annotations:
    <<: *x
    a: b
    ${STATUS}: ${JSON.stringify(value)}
spec: {containers: [{name: web}]}
`;
  const { exit, stdout, stderr } = await uninject(text);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain('stdin:1:1: cannot be edited in place; write it in plain block style');
});
