import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { ExplainedPod } from '../../../src/core/admission/decided-workloads.ts';
import type { AdmissionReview } from '../../../src/core/admission/review.ts';
import { operationsOf, reviewOf } from '../../core-fixtures/admissions.ts';
import { type Json, MARK } from '../../core-fixtures/pods.ts';
import { SIDECAR } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const object = (kind: string, name: string, spec: Json): string =>
  stringify({ apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name }, spec });
const pod = (name: string, { labels = {}, annotations = {}, spec = {} }: Record<string, Json> = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels, annotations: { [MARK]: 'true', ...annotations } },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const NEXT = 'registry.example/envoy:next';
const FILES = {
  'canary.yaml': object('SidecarProfile', 'canary', { kind: 'Envoy', sidecar: { image: NEXT } }),
  'policy.yaml': object('InjectionPolicy', 'default', {
    profiles: [{ name: 'canary', podSelector: { matchLabels: { track: 'canary' } } }, { name: 'envoy' }],
  }),
  'strict.yaml': object('InjectionPolicy', 'strict', { mode: 'Shadow', overrides: { allow: [] } }),
  'same.yaml': object('InjectionPolicy', 'same', {
    mode: 'Shadow',
    profiles: [{ name: 'canary', podSelector: { matchLabels: { track: 'canary' } } }, { name: 'envoy' }],
  }),
};
const OPEN = ['--namespace-label', 'shop:istio-injection=enabled'];
const UNDER = [...OPEN, '--profile', 'canary.yaml', '--policy', 'policy.yaml'];

async function explained(pods: readonly Json[], ...args: string[]): Promise<readonly ExplainedPod[]> {
  const files = { ...FILES, 'pods.yaml': pods.map((one) => stringify(one)).join('---\n') };
  const { stdout, stderr } = await pillion(['explain', '-f', 'pods.yaml', '-o', 'json', ...args], { files });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}
const settingOf = ({ sidecar = [] }: ExplainedPod, setting: string) =>
  sidecar.filter((row) => row.setting === setting).map(({ value, origin }) => `${value}, ${origin}`);

test('two profiles chosen by a label of the pod are a canary of the sidecar within one namespace', async () => {
  const pods = [pod('steady'), pod('tried', { labels: { track: 'canary' } })];
  const rows = (await explained(pods, ...UNDER)).map((one) => [settingOf(one, 'profile'), settingOf(one, 'image')]);
  expect(rows).toEqual([
    [['envoy, policy default at /spec/profiles/1'], [`${SIDECAR.image}, profile envoy at /spec/sidecar/image`]],
    [['canary, policy default at /spec/profiles/0'], [`${NEXT}, profile canary at /spec/sidecar/image`]],
  ]);
  const images = pods.map(async (one) => {
    const files = { ...FILES, 'review.json': JSON.stringify(reviewOf(one)) };
    const { stdout } = await pillion(['admit', '-f', 'review.json', ...UNDER], { files });
    const review: AdmissionReview = JSON.parse(stdout);
    return operationsOf(review)
      .flatMap((operation) => ('value' in operation && Array.isArray(operation.value) ? operation.value : []))
      .find(({ name }: Json) => name === 'istio-proxy')?.image;
  });
  expect(await Promise.all(images)).toEqual([SIDECAR.image, NEXT]);
});

test('what the pod chose is told with the annotation or the container that says it', async () => {
  const [one] = await explained(
    [
      pod('web', {
        annotations: { 'sidecar.istio.io/logLevel': 'debug', 'traffic.sidecar.istio.io/excludeInboundPorts': '9000' },
        spec: {
          containers: [
            { name: 'web', image: 'web' },
            { name: 'istio-proxy', image: 'auto', resources: { requests: { cpu: '300m' } } },
          ],
        },
      }),
    ],
    ...UNDER,
  );
  if (one === undefined) throw new Error('nothing was explained');
  expect(
    ['logLevel', 'excludeInboundPorts', 'requestCpu', 'requestMemory'].map((name) => settingOf(one, name)),
  ).toEqual([
    ['debug, annotation sidecar.istio.io/logLevel'],
    ['9000, annotation traffic.sidecar.istio.io/excludeInboundPorts'],
    ['300m, container istio-proxy'],
    ['128Mi, profile envoy at /spec/sidecar/resources/requests/memory'],
  ]);
});

test('of Istio’s sidecar the image is told that was put together, and the order that a pod chose', async () => {
  const files = { 'istio.yaml': object('InjectionPolicy', 'default', { profiles: [{ name: 'istio' }] }) };
  const annotations = { 'sidecar.istio.io/nativeSidecar': 'false', 'sidecar.istio.io/proxyImageType': 'debug' };
  const { stdout } = await pillion(['explain', '-f', '-', '-o', 'json', ...OPEN, '--policy', 'istio.yaml'], {
    files,
    stdin: stringify(pod('web', { annotations })),
  });
  const [one]: ExplainedPod[] = JSON.parse(stdout);
  if (one === undefined) throw new Error('nothing was explained');
  expect(settingOf(one, 'order')).toEqual(['Classic, annotation sidecar.istio.io/nativeSidecar']);
  expect(settingOf(one, 'image')).toEqual([
    expect.stringMatching(/\/proxyv2:[\w.]+-debug, annotation sidecar.istio.io\/proxyImageType$/),
  ]);
});

test('a pod without a sidecar has none to tell of', async () => {
  const [one] = await explained([pod('web', { annotations: { [MARK]: 'false' } })], ...UNDER);
  expect(one).not.toHaveProperty('sidecar');
});

const SHADOWS = ['--policy', 'strict.yaml', '--policy', 'same.yaml'];

test('policies in mode Shadow are asked as well, and what they say does not count', async () => {
  const loud = pod('web', { labels: { track: 'canary' }, annotations: { 'sidecar.istio.io/logLevel': 'debug' } });
  const files = { ...FILES, 'pods.yaml': stringify(loud) };
  const { stdout, exit } = await pillion(['explain', '-f', 'pods.yaml', ...UNDER, ...SHADOWS], { files });
  expect(exit).toBe(0);
  expect(stdout.slice(stdout.indexOf('  Shadow'))).toBe(`  Shadow policies
    strict: deny  override-forbidden: it overrides a part of the sidecar that is not its to change (rule /spec/overrides/others)
    same: the same
`);
  const [one] = await explained([loud], ...UNDER, ...SHADOWS);
  expect(one?.record.verdict).toBe('inject');
  expect(one?.shadows).toMatchObject([{ policy: 'strict', otherwise: one?.record.shadows?.[0] }, { policy: 'same' }]);
});

test('admit puts what they say into the record, and not into the answer', async () => {
  const review = JSON.stringify(reviewOf(pod('web', { annotations: { 'sidecar.istio.io/logLevel': 'debug' } })));
  const answered = (...more: string[]) =>
    pillion(['admit', '-f', 'review.json', ...UNDER, ...more], { files: { ...FILES, 'review.json': review } });
  const [alone, beside] = [await answered(), await answered(...SHADOWS)];
  expect(beside.stdout).toBe(alone.stdout);
  expect(JSON.parse(beside.stderr)).toMatchObject({ shadows: [{ policy: 'strict', verdict: 'deny' }] });
});
