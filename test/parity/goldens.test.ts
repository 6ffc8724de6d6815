import { expect, test } from '@jest/globals';
import { isObject } from '../../src/core/json/is-object.ts';
import { pointer, valueAt } from '../../src/core/json/pointer.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { differences } from '../core-fixtures/differences.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import { injected } from './admitted-pod.ts';
import { INTENDED } from './intended.ts';
import { goldensOf, inputOf, outcomeOf, podsOf } from './outcome.ts';
import { type Json, readPeer } from './peer.ts';
import { policyFor } from './policy.ts';
import { countsOf, explained } from './report.ts';
import { semantic } from './semantic.ts';
import { CASES, UNSUPPORTED } from './settings.ts';
import { strict } from './strict.ts';
import { workloadPod } from './workload-pod.ts';

const peer = await readPeer();
const goldens = goldensOf(peer);
const outcomes = goldens.map((golden) => outcomeOf(golden, peer));
const counts = countsOf(outcomes);
const met = outcomes.filter(({ verdict }) => verdict === 'strict').map(({ golden }) => golden);

test('no golden of Istio is missed, and nearly all are met by Istio’s own comparison', () => {
  expect(outcomes.filter(({ verdict }) => verdict === 'wrong').map(explained)).toEqual([]);
  expect(outcomes).toHaveLength(120);
  expect(counts.strict).toBeGreaterThanOrEqual(100);
});

test('every entry of the tables is about a golden that is there, and has its effect', () => {
  expect([...CASES.keys(), ...UNSUPPORTED.keys()].filter((golden) => !goldens.includes(golden))).toEqual([]);
  expect(outcomes.flatMap(({ intended }) => intended)).toEqual(expect.arrayContaining([...INTENDED]));
  expect([...CASES].filter(([, { overlay }]) => overlay !== undefined && !peer.files.includes(overlay))).toEqual([]);
});

test('at most six goldens have an intended difference', () => {
  expect(new Set(INTENDED.map(({ golden }) => golden)).size).toBeLessThanOrEqual(6);
});

test('only what the issue lets come later is unsupported, and a pod that asks for it is told so', () => {
  const kinds = [...UNSUPPORTED.values()];
  const numbers = Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
  expect(numbers).toEqual({ OpenShift: 3, Multus: 3, gateway: 3, grpc: 2 });
  const asked = outcomes.filter(({ note }) => /^(gateway|grpc)/.test(note));
  expect(asked.map(({ note }) => note.replace(/^\w+, /, ''))).toEqual(Array(5).fill('refused: invalid-annotation'));
});

const BAD = peer.files.filter((file) => file.startsWith('traffic-annotations-bad-'));

test('there are five inputs that Istio refuses', () => {
  expect(BAD).toHaveLength(5);
});

test.each(BAD)('%s is refused, and the annotation is named', (file) => {
  const [input] = podsOf(peer.objects(file));
  if (input?.pod === undefined) throw new Error('the input has no pod');
  const answer = injected(input.pod, input.namespace, policyFor({}, peer, 'Istio'));
  const wrong = /bad-(.+)\.yaml$/.exec(file)?.[1] ?? '';
  const said = { includeipranges: 'includeoutboundipranges', excludeipranges: 'excludeoutboundipranges' };
  const key = Object.hasOwn(said, wrong) ? said[wrong as keyof typeof said] : wrong;
  expect(answer).toMatchObject({ kind: 'refused', reason: 'invalid-annotation', problems: [{}] });
  const problems = answer.kind === 'refused' ? answer.problems : [];
  expect(problems[0]?.message.toLowerCase()).toMatch(new RegExp(`^traffic\\.sidecar\\.istio\\.io/${key} is "`));
});

test('what Istio writes on the Job of a CronJob stands on the pod instead', () => {
  const golden = 'cronjob.yaml.injected';
  const [input] = podsOf(peer.objects(inputOf(golden)));
  const [theirs] = peer.objects(golden);
  if (input?.pod === undefined || theirs === undefined) throw new Error('the CronJob is not there');
  const made = injected(input.pod, input.namespace, policyFor({}, peer, 'Istio'));
  const { metadata } = (theirs.spec as { jobTemplate: Json }).jobTemplate as { metadata: Json };
  const ours = made.kind === 'pod' ? (strict(made.pod).metadata as Json) : {};
  expect({ labels: ours.labels, annotations: ours.annotations }).toEqual(strict({ metadata }).metadata);
});

/** Every pod that the run compares with a golden it meets. */
const pairs = met.flatMap((golden) => {
  const policy = policyFor(CASES.get(golden) ?? {}, peer, 'Istio');
  const theirs = peer.objects(golden).map(workloadPod);
  return podsOf(peer.objects(inputOf(golden))).flatMap(({ pod, namespace }, index) =>
    pod === undefined ? [] : [{ golden, pod, namespace, policy, theirs: theirs[index] ?? {} }],
  );
});

// together they have everything that the comparison treats in a way of its own
const TELLING = ['hello', 'proxy-override', 'custom-template', 'prometheus-scrape', 'user-volume', 'ready_live'];

test('whatever is changed in a golden, the run finds it', () => {
  const telling = pairs.filter(({ golden }) => TELLING.includes(golden.replace('.yaml.injected', '')));
  const unnoticed = telling.flatMap(({ golden, theirs }) => {
    const whole = semantic(theirs);
    return leavesOf(strict(theirs))
      .filter((way) => differences(whole, semantic(changed(strict(theirs), way) as Json)).length === 0)
      .map((way) => `${golden} ${way.join('/')}`);
  });
  expect(telling).toHaveLength(TELLING.length);
  expect(unnoticed).toEqual([]);
});

type Way = readonly (string | number)[];

const leavesOf = (value: unknown, way: Way = []): Way[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...way, index]));
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...way, key]));
  return [way];
};

const changed = (value: unknown, [key, ...rest]: Way): unknown => {
  if (key === undefined) return typeof value === 'number' ? value + 1 : `${String(value)} changed`;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? changed(item, rest) : item));
  const object = value as Json;
  return { ...object, [key]: changed(object[key], rest) };
};

// Istio's injector was here before: what it left in the sidecar goes with the second call
const TAKEN_OVER = 'merge-probers.yaml.injected';

test('a pod that was injected is complete: asked again, nothing changes', () => {
  const again = pairs
    .filter(({ golden }) => golden !== TAKEN_OVER)
    .map(({ golden, pod, namespace, policy }) => {
      const first = admitted(pod, { policy, namespace });
      const second = admitted(patched(pod as PodJson, first), { policy, namespace });
      const word = first.verdict === 'skip' ? first.reason : 'already-injected';
      return { golden, reason: second.reason, patch: second.review.response.patch, wanted: word };
    });
  const incomplete = again.filter(({ reason, patch, wanted }) => reason !== wanted || patch !== undefined);
  expect(incomplete.map(({ golden, reason }) => `${golden}: ${reason}`)).toEqual([]);
});

test('a pod that is taken over from Istio is complete with the second call, and its probes are not forgotten', () => {
  const [taken] = pairs.filter(({ golden }) => golden === TAKEN_OVER);
  if (taken === undefined) throw new Error('the golden is not met');
  const { pod, namespace, policy } = taken;
  const next = (before: PodJson) => patched(before, admitted(before, { policy, namespace }));
  const first = next(pod as PodJson);
  const second = next(first);
  expect(next(second)).toEqual(second);
  const probers = (of: PodJson) =>
    leavesOf(of)
      .map((way) => valueAt(of, pointer(...way)))
      .find((value) => String(value).startsWith('{"/app-health/'));
  expect(probers(first)).toContain('/app-health/hello/livez');
  expect(probers(second)).toBe(probers(first));
});
