import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { recordIdOf } from '../../src/core/admission/record.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import { readPod } from '../../src/core/kubernetes/pod.ts';
import { edited } from '../../src/core/sidecar/edit.ts';
import { undoOf } from '../../src/core/sidecar/undo.ts';
import { admitted, operationsOf, patched } from '../core-fixtures/admissions.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { type Creation, creation } from './arbitraries/creation.ts';

test('the pods of these laws come to every verdict that a pod can come to', () => {
  const verdicts = fc.sample(creation, { numRuns: 300, seed: 1 }).map(({ pod, circumstances }) => {
    return admitted(pod, circumstances).verdict;
  });
  expect(new Set(verdicts)).toEqual(new Set(['inject', 'skip', 'deny']));
  expect(verdicts.filter((verdict) => verdict === 'inject').length).toBeGreaterThan(20);
});

const injected = (law: (before: PodJson, after: PodJson, creation: Creation) => void): void =>
  fc.assert(
    fc.property(creation, (creation) => {
      const admission = admitted(creation.pod, creation.circumstances);
      if (admission.verdict === 'inject') law(creation.pod, patched(creation.pod, admission), creation);
    }),
    { numRuns: 250 },
  );

test('applying the patch gives the pod that the core itself builds', () => {
  injected((before, after, { namespace, policy }) => {
    const read = readPod(before);
    if (!('pod' in read)) throw new Error('an injected pod cannot be read');
    const edit = subjectOf(read.pod, namespace, policy, recordIdOf('first')).edit();
    if (edit === undefined) throw new Error('an injected pod has no edit');
    expect(after).toEqual(edited(read.pod, edit));
  });
});

test('taken back, the injected pod is what its author wrote, unknown fields included', () => {
  injected((before, after) => {
    // who forges the mark of an earlier injection gives up what stands under the sidecar's names
    fc.pre(!isMarked(before));
    const undo = undoOf(after);
    if (undo.kind !== 'undone') throw new Error(`an injected pod is ${undo.kind}`);
    const restored = jsonPatch.applyPatch(structuredClone(after), [...undo.operations], true).newDocument;
    expect(withoutEmptyLists(restored)).toEqual(withoutEmptyLists(before));
  });
});

test('containers and volumes of an injected pod have names of their own', () => {
  injected((_, { spec }) => {
    const containers = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
    const volumes = (spec.volumes ?? []).map(({ name }) => name);
    expect(containers).toEqual([...new Set(containers)]);
    expect(volumes).toEqual([...new Set(volumes)]);
  });
});

test('everything the sidecar mounts is there', () => {
  injected((_, { spec }) => {
    const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
    const ours = [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => isOurs(name));
    const mounts = ours.flatMap(({ volumeMounts }) => (volumeMounts ?? []) as Json[]);
    expect(mounts.filter(({ name }) => !volumes.has(name))).toEqual([]);
  });
});

test('a pod that is left alone or refused is not changed', () => {
  fc.assert(
    fc.property(creation, fc.constantFrom('inject' as const, 'warn' as const), (creation, hook) => {
      const admission = admitted(creation.pod, { ...creation.circumstances, hook });
      const { allowed, patch, patchType } = admission.review.response;
      expect(allowed).toBe(hook === 'warn' || admission.verdict !== 'deny');
      if (hook === 'warn' || admission.verdict !== 'inject') expect([patch, patchType]).toEqual([undefined, undefined]);
      else expect(operationsOf(admission.review).length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

const isOurs = (name: unknown): boolean =>
  name === 'istio-proxy' || name === 'istio-init' || name === 'istio-validation';
const isMarked = ({ metadata }: PodJson): boolean =>
  ['pillion.io/status', 'sidecar.istio.io/status'].some((key) => Object.hasOwn(metadata.annotations ?? {}, key));

// an empty list and an absent one are the same to an API server, so they are made equal here
function withoutEmptyLists({ metadata, spec, ...rest }: PodJson): Json {
  const kept = (object: Json): Json =>
    Object.fromEntries(
      Object.entries(object).filter(
        ([, value]) => value !== null && JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}',
      ),
    );
  // a container that is merged into ours comes back without what it says nothing with
  const returned = (list: readonly Json[] | null | undefined) =>
    list?.map((container) => (isOurs(container.name) ? kept(container) : container)) ?? [];
  const lists = { containers: returned(spec.containers), initContainers: returned(spec.initContainers) };
  return { ...rest, metadata: kept(metadata), spec: kept({ ...spec, ...lists }) };
}
