import { expect, test } from '@jest/globals';
import { podProblems, type RenderedObject } from '../../../src/core/project-chart/pod-proof.ts';

const WANTED = {
  annotations: { 'sidecar.istio.io/inject': 'true' },
  labels: { app: 'catalog', version: 'v1' },
  annotationsAt: 'podAnnotations',
  labelsAt: 'podLabels',
};

const deployment = (name: string, labels: object, annotations: object, template = 'shop/templates/app.yaml') => ({
  template,
  value: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { metadata: { labels, annotations } } },
  },
});

const service = (name: string, selector?: object): RenderedObject => ({
  template: 'shop/templates/service.yaml',
  value: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector } },
});

const IN = { 'sidecar.istio.io/inject': 'true' };
const OWN = { run: 'web', app: 'catalog', version: 'v1' };

/** The workloads that something is told about. */
const told = (...objects: readonly RenderedObject[]): readonly string[] =>
  podProblems(objects, 'catalog', WANTED)
    .filter(({ file }) => file !== undefined)
    .map(({ message }) => message.split(':')[0] ?? '');

const good = deployment('web', OWN, IN);
const worker = deployment('worker', { run: 'worker' }, {});

test.each<[what: string, objects: readonly RenderedObject[], expected: readonly string[]]>([
  ['all is well', [service('catalog', { run: 'web' }), good], []],
  ['what the Service does not select is somebody else’s', [service('catalog', { run: 'web' }), good, worker], []],
  [
    'a Service of another name says nothing',
    [service('worker', { run: 'web' }), good, worker],
    ['Deployment worker', 'Deployment worker'],
  ],
  [
    'a Service without a selector says nothing',
    [service('catalog'), good, worker],
    ['Deployment worker', 'Deployment worker'],
  ],
  ['a Service that selects nothing leaves nobody out', [service('catalog', { app: 'x' }), good], []],
  [
    'the Service may select by what is missing',
    [service('catalog', { app: 'catalog' }), deployment('web', {}, IN)],
    ['Deployment web'],
  ],
  [
    'a chart in charts/ is somebody else’s',
    [good, deployment('redis', {}, {}, 'shop/charts/redis/templates/app.yaml')],
    [],
  ],
  [
    'but not when the Service selects its pods',
    [service('catalog', { run: 'web' }), deployment('web', { run: 'web' }, IN, 'shop/charts/web/templates/app.yaml')],
    ['Deployment web'],
  ],
  [
    'two of three are told',
    [deployment('a', OWN, {}), good, deployment('b', OWN, {})],
    ['Deployment a', 'Deployment b'],
  ],
])('%s', (_, objects, expected) => {
  expect(told(...objects)).toEqual(expected);
});

test('a value that the template writes itself is told with the one that it has to be', () => {
  const [problem] = podProblems([deployment('web', { ...OWN, version: 'v2' }, IN)], 'catalog', WANTED);
  expect(problem).toMatchObject({
    file: 'shop/templates/app.yaml',
    path: '/spec/template/metadata/labels',
    message: expect.stringContaining(
      'Deployment web: version is "v2" in place of "v1"; the template ignores .Values.podLabels',
    ),
  });
});

test('keys that every object of JavaScript has are not found on pods that lack them', () => {
  const wanted = { ...WANTED, annotations: { constructor: 'x' }, labels: {} };
  expect(podProblems([good], 'catalog', wanted)[0]?.message).toContain('constructor: "x" is missing');
});

test('the Service itself carries what it is to carry, where the project says from which values', () => {
  const wanted = {
    ...WANTED,
    service: { annotations: { 'pillion.io/traffic': '{}' }, annotationsAt: 'service.annotations' },
  };
  const annotated = { kind: 'Service', metadata: { name: 'catalog', annotations: { 'pillion.io/traffic': '{}' } } };
  expect(podProblems([good, { template: 'x', value: annotated }], 'catalog', wanted)).toEqual([]);
  const [problem, , line] = podProblems([good, service('catalog', { run: 'web' })], 'catalog', wanted);
  expect(problem).toMatchObject({ file: 'shop/templates/service.yaml', path: '/metadata/annotations' });
  expect(line?.message).toBe('      {{- with (.Values.service).annotations }}');
  expect(podProblems([good], 'catalog', wanted)).toEqual([
    {
      path: '',
      message: expect.stringContaining('the chart makes no Service "catalog"; take sidecar.serviceAnnotationsAt out'),
    },
  ]);
});
