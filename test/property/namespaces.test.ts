import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { Compile } from 'typebox/compile';
import { admit, injectedPodsToCount } from '../../src/core/admission/admit.ts';
import { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { NOW, operationsOf } from '../core-fixtures/admissions.ts';
import { type Change, changed, namespace, namespaceReview } from '../core-fixtures/namespace-changes.ts';
import type { Json } from '../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../core-fixtures/policies.ts';
import { asJson, oddKey, text, unknownFields } from './arbitraries/json.ts';

const STAMPS = ['pillion.io/enabled-by', 'pillion.io/enabled-at', 'pillion.io/disabled-by', 'pillion.io/disabled-at'];
const recordSchema = Compile(DecisionRecord);

const entries = (keys: readonly string[], value: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 });
const odd = fc.array(fc.tuple(oddKey, text), { maxLength: 2 });
const mapOf = (parts: fc.Arbitrary<[string, string][]>) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(parts, odd).map(([own, others]): unknown => Object.fromEntries([...own, ...others])),
    },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );
const labelValue = fc.constantFrom('enabled', 'enabled', 'disabled', 'enalbed', 'true', '');
const labels = mapOf(
  fc
    .tuple(entries(['istio-injection'], labelValue), entries(['istio.io/rev'], fc.constantFrom('default', 'canary')))
    .map(([own, revision]) => [...own, ...revision.slice(0, 1)]),
);
const user = fc.oneof(fc.constantFrom('alice', 'bob'), text);
const time = fc.constantFrom('2026-10-01T08:00:00Z', '2026-11-03T10:00:00Z', 'yesterday');
const annotations = mapOf(entries(STAMPS, fc.oneof(user, time)));
const deletion = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ deletionTimestamp: '2026-11-03T09:00:00Z' }) },
);

/** A namespace in any state: labels, annotations and fields of any kind. */
const anyNamespace: fc.Arbitrary<Json> = fc
  .record({ labels, annotations, deletion, fields: unknownFields })
  .map(({ labels, annotations, deletion, fields }) =>
    asJson({ ...namespace(), metadata: { ...fields, name: 'shop', labels, annotations, ...deletion } }),
  );

const change: fc.Arbitrary<Change> = fc
  .record({ from: fc.option(anyNamespace, { freq: 4 }), to: anyNamespace, user, dryRun: fc.boolean() })
  .map(({ from, ...rest }) => ({ ...rest, ...(from === null ? {} : { from }) }));

// the law in its own words: nothing of it is shared with the program
const metadataIn = (object: Json | undefined): Json => (object?.metadata ?? {}) as Json;
function isOpen(object: Json | undefined): boolean {
  const map = new Map(Object.entries((metadataIn(object).labels ?? {}) as Json));
  const label = map.get('istio-injection');
  return label === undefined ? map.get('istio.io/rev') === 'default' : label === 'enabled';
}
const stampsOf = (object: Json | undefined): Json =>
  Object.fromEntries(
    Object.entries((metadataIn(object).annotations ?? {}) as Json).filter(([key]) => STAMPS.includes(key)),
  );

function expectedStamps({ from, to, user = '' }: Change): Json {
  const [was, is] = [isOpen(from), isOpen(to)];
  if (was === is || metadataIn(from).deletionTimestamp !== undefined) return stampsOf(from);
  const prefix = is ? 'pillion.io/enabled' : 'pillion.io/disabled';
  return { [`${prefix}-by`]: user, [`${prefix}-at`]: '2026-11-03T10:00:00Z' };
}

const withoutStamps = (object: Json): Json => {
  const { annotations, ...metadata } = metadataIn(object);
  const others = Object.entries((annotations ?? {}) as Json).filter(([key]) => !STAMPS.includes(key));
  return { ...object, metadata: { ...metadata, annotations: Object.fromEntries(others) } };
};

test('whatever changes about a namespace, its stamps are those of the law and nothing else is touched', () => {
  fc.assert(
    fc.property(change, (change) => {
      const { stored, review, record } = changed(change);
      expect(stampsOf(stored)).toEqual(expectedStamps(change));
      expect(withoutStamps(stored)).toEqual(withoutStamps(change.to));
      expect([...recordSchema.Errors(record)]).toEqual([]);
      expect(review.response.allowed).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('the patch is minimal: none where nothing is to do, and no operation that changes nothing', () => {
  fc.assert(
    fc.property(change, (change) => {
      const operations = operationsOf(changed(change).review);
      let object = structuredClone(change.to);
      for (const operation of operations) {
        const next = jsonPatch.applyOperation(structuredClone(object), operation, true).newDocument;
        expect(next).not.toEqual(object);
        object = next;
      }
      expect(operations.length).toBeLessThanOrEqual(STAMPS.length);
    }),
    { numRuns: 300 },
  );
});

test('a second call after the first changes nothing, a few seconds later', () => {
  fc.assert(
    fc.property(change, (change) => {
      const { stored } = changed(change);
      const again = changed({ ...change, to: stored, now: new Date(NOW.getTime() + 5_000) });
      expect(again.review.response.patch).toBeUndefined();
      expect(again.record.hints.filter(({ code }) => code === 'stamp-replaced')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const STRICT = policyWith({
  spec: {
    namespaces: {
      invalidLabel: 'Deny',
      conflict: 'Deny',
      protected: 'Deny',
      removalWhileInjected: 'Deny',
      mayLabel: { groups: ['sre'], others: 'Deny' },
    },
  },
});

test('an edit that leaves both labels alone is never refused, and neither is one of a namespace being deleted', () => {
  fc.assert(
    fc.property(anyNamespace, anyNamespace, user, (from, to, user) => {
      const dying = metadataIn(from).deletionTimestamp !== undefined;
      const { labels } = metadataIn(from);
      const edited = dying ? to : { ...to, metadata: { ...metadataIn(to), labels } };
      expect(changed({ from, to: edited, user, policy: STRICT }).review.response.allowed).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom({ metadata: { toString: 1 } }));
const anyObject = fc.oneof(
  anyJson,
  fc.record({ metadata: fc.oneof(anyJson, fc.record({ name: anyJson, labels: anyJson, annotations: anyJson })) }),
);

test('objects of any shape are answered, and the patch applies to them', () => {
  fc.assert(
    fc.property(anyObject, anyObject, fc.constantFrom('CREATE', 'UPDATE'), user, (from, to, operation, user) => {
      const [oldObject, object] = [asJson(from), asJson(to)] as [Json, Json];
      const body = namespaceReview({ from: namespace(), to: namespace(), operation, user });
      Object.assign(body.request as Json, { object, oldObject });
      const snapshot = { policy: BUILT_IN, namespaces: new Map() };
      const admission = admit(body, snapshot, { hook: 'namespaces', now: NOW, caller: 'Unauthenticated' });
      if (admission.kind !== 'answered') throw new Error('a review with a uid was not answered');
      expect([...recordSchema.Errors(admission.record)]).toEqual([]);
      expect(admission.review.response.allowed).toBe(true);
      const operations = operationsOf(admission.review);
      jsonPatch.applyPatch({ object }, operations.map(belowObject), true);
      expect(['string', 'undefined']).toContain(typeof injectedPodsToCount(body, snapshot, 'namespaces'));
    }),
    { numRuns: 500 },
  );
});

// fast-json-patch takes no document that is not an object
const belowObject = (operation: Operation): Operation => ({ ...operation, path: `/object${operation.path}` });
