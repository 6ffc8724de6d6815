import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recordIdOf } from '../../src/core/admission/record.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import { readPod } from '../../src/core/kubernetes/pod.ts';
import { edited } from '../../src/core/sidecar/edit.ts';
import { readStatus } from '../../src/core/sidecar/status.ts';
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

test('without the sidecar again, the injected pod is what its author wrote, unknown fields included', () => {
  injected((before, after) => {
    // who forges the mark of an earlier injection gives up what stands under the sidecar's names
    fc.pre(!isMarked(before));
    expect(authorsPart(after, before)).toEqual(authorsPart(before, before));
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

const isOurs = (name: unknown): boolean => name === 'istio-proxy' || name === 'istio-init';
const isMarked = (pod: PodJson): boolean => {
  const read = readPod(pod);
  return 'pod' in read && readStatus(read.pod) !== undefined;
};

// an empty list and an absent one are the same to an API server, so they are made equal here
function authorsPart({ metadata, spec, ...rest }: PodJson, before: PodJson): Json {
  const { annotations, ...otherMetadata } = metadata;
  const { containers, initContainers, volumes, ...otherFields } = spec;
  const added = ['kubectl.kubernetes.io/default-container', 'kubectl.kubernetes.io/default-logs-container'].filter(
    (key) => !Object.hasOwn(before.metadata.annotations ?? {}, key),
  );
  const ours = new Set(['pillion.io/status', 'pillion.io/envoy-config', ...added]);
  return {
    ...rest,
    metadata: otherMetadata,
    annotations: Object.entries(annotations ?? {}).filter(([key]) => !ours.has(key)),
    spec: otherFields,
    containers: containers.filter(({ name }) => !isOurs(name)),
    initContainers: (initContainers ?? []).filter(({ name }) => !isOurs(name)),
    volumes: (volumes ?? []).filter(({ name }) => !String(name).startsWith('pillion-')),
  };
}
