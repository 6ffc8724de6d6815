import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { excesses } from '../../src/core/decision/guardrails.ts';
import { CLOSED_NAMESPACE } from '../../src/core/decision/opt-in/rules.ts';
import type { Reason, SkipReason } from '../../src/core/decision/reasons.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import { pointer } from '../../src/core/json/pointer.ts';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { type ApiRequest, messagesOf } from '../core-fixtures/matching-hooks.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { type Creation, creation } from './arbitraries/creation.ts';
import { stringMap } from './arbitraries/json.ts';
import { namespaceJson } from './arbitraries/namespaces.ts';
import { activePolicy } from './arbitraries/policies.ts';

// every evaluation of an expression that fails throws, so each of these tests also shows that none ever does

const onCreation = (policy: ActivePolicy, name: string, object: PodJson, namespace: ApiRequest['namespace']) =>
  messagesOf(policy, name, { resource: 'pods', object, ...(namespace && { namespace }) });

/** What `decide` says of a pod as its author wrote it, and all its reasons. */
function decided({ pod, circumstances }: Creation) {
  const answer = admitted(pod, circumstances);
  const { verdict, reason, review } = answer;
  const also = (review.response.auditAnnotations?.also ?? '').split(',').filter((code) => code !== '') as Reason[];
  return { answer, verdict, reasons: [reason, ...also] };
}

test('the final state: a pod that was to be injected is refused without its sidecar, and no other pod', () => {
  const seen = { refused: 0, injected: 0, others: 0 };
  fc.assert(
    fc.property(creation, (created) => {
      const { pod, namespace, policy } = created;
      const { answer, verdict } = decided(created);
      const messages = onCreation(policy, 'pillion-final-state', pod, namespace);
      if (policy.spec.finalState === 'Off') {
        expect(messages).toBeUndefined();
        return;
      }
      const refused = verdict === 'inject' || verdict === 'deny';
      expect(messages).toHaveLength(refused ? 1 : 0);
      seen[refused ? 'refused' : 'others'] += 1;
      if (verdict !== 'inject') return;
      expect(onCreation(policy, 'pillion-final-state', patched(pod, answer), namespace)).toEqual([]);
      seen.injected += 1;
    }),
    { numRuns: 800 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});

test('overrides: exactly the annotations beyond the policy are named, and those that are neither allowed nor readable', () => {
  let named = 0;
  fc.assert(
    fc.property(creation, (created) => {
      const { pod, namespace, policy } = created;
      const messages = onCreation(policy, 'pillion-overrides', pod, namespace);
      const { verdict } = decided(created);
      const subject = subjectOf(pod as unknown as Pod, namespace, policy, '0'.repeat(16));
      const beyond = new Set(excesses(subject).map(({ path }) => path));
      const problems = new Set(subject.rendering().annotationProblems.map(({ path }) => path));
      const allowed = new Set(policy.spec.overrides.allow.map(({ key }) => key));
      const [first, ...others] = policy.activeProfiles;
      const readByAll = [...(first?.annotations.keys() ?? [])].filter((key) =>
        others.every(({ annotations }) => annotations.has(key)),
      );
      const expected = readByAll.filter((key) => {
        const path = pointer('metadata', 'annotations', key);
        const unread = Object.hasOwn(annotationsOf(pod as unknown as Pod), key) && problems.has(path);
        return beyond.has(path) || (unread && !allowed.has(key));
      });
      const told = verdict === 'skip' ? [] : expected;
      expect((messages ?? []).map((message) => /^the annotation (\S+)/.exec(message)?.[1])).toEqual(told);
      named += told.length;
    }),
    { numRuns: 800 },
  );
  expect(named).toBeGreaterThan(5);
});

test('inert opt-in: told of a pod that asks when nothing but its namespace stands in the way', () => {
  const seen = { told: 0, not: 0 };
  fc.assert(
    fc.property(creation, (created) => {
      const { pod, namespace, policy } = created;
      const { verdict, reasons } = decided(created);
      const standing = reasons.filter((reason) => reason !== 'opted-in');
      const inert =
        verdict === 'skip' &&
        reasons.includes('opted-in') &&
        standing.every((reason) => CLOSED_NAMESPACE.has(reason as SkipReason));
      const command = `kubectl label namespace ${namespace.name} istio-injection=enabled --overwrite`;
      const expected = inert ? [expect.stringContaining(command)] : [];
      expect(onCreation(policy, 'pillion-inert-opt-in', pod, namespace)).toEqual(expected);
      seen[inert ? 'told' : 'not'] += 1;
    }),
    { numRuns: 800 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});

const annotations = fc.option(
  stringMap(
    fc.tuple(
      fc.constantFrom('pillion.io/status', 'pillion.io/envoy-config', 'team', 'constructor'),
      fc.constantFrom('{}', 'admin: {}'),
    ),
    3,
  ),
);

test('rendered annotations: refused exactly when one of them is added, changed or removed', () => {
  const seen = { refused: 0, not: 0 };
  const resource = fc.constantFrom('pods', 'pods/status');
  fc.assert(
    fc.property(
      annotations,
      annotations,
      namespaceJson,
      activePolicy,
      resource,
      (now, before, namespace, policy, on) => {
        const changed = ['pillion.io/envoy-config', 'pillion.io/status'].filter((key) => {
          const [one, other] = [now, before].map((map) => (map && Object.hasOwn(map, key) ? map[key] : undefined));
          return one !== other;
        });
        const expected = policy.protectedNamespaces.has(namespace.name) ? [] : changed;
        const [object, oldObject]: Json[] = [{ metadata: { annotations: now } }, { metadata: { annotations: before } }];
        const request = { resource: on, object: object as Json, namespace };
        const updated = messagesOf(policy, 'pillion-rendered-annotations', {
          ...request,
          oldObject: oldObject as Json,
        });
        expect(updated).toEqual(expected.map((key) => expect.stringContaining(key)));
        // a Binding brings annotations to a pod; the creation of a pod is Pillion’s own
        expect(messagesOf(policy, 'pillion-rendered-annotations', { ...request, resource: 'pods' })).toEqual([]);
        const brought = ['pillion.io/envoy-config', 'pillion.io/status'].filter((key) => Object.hasOwn(now ?? {}, key));
        const expectedOfBinding = policy.protectedNamespaces.has(namespace.name) ? [] : brought;
        const binding = messagesOf(policy, 'pillion-rendered-annotations', { ...request, resource: 'pods/binding' });
        expect(binding).toEqual(expectedOfBinding.map((key) => expect.stringContaining(key)));
        seen[expected.length > 0 ? 'refused' : 'not'] += 1;
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});
