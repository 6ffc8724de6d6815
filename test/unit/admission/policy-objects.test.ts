import { expect, test } from '@jest/globals';
import jsonPatch from 'fast-json-patch';
import { Default } from 'typebox/value';
import { parse } from 'yaml';
import { EnvoyProfile } from '../../../src/core/api/envoy-profile.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { answer, operationsOf } from '../../core-fixtures/admissions.ts';
import type { Json } from '../../core-fixtures/pods.ts';

const POLICY: Json = parse(DEFAULT_POLICY);
const PROFILE: Json = parse(ENVOY_PROFILE);
const KINDS: Readonly<Record<string, string>> = {
  InjectionPolicy: 'injectionpolicies',
  SidecarProfile: 'sidecarprofiles',
};

interface Change {
  readonly object: Json;
  readonly oldObject?: Json | null;
  readonly user?: string;
  readonly request?: Json;
}

/** The answer to a change of one of our own objects, and the object as it is then stored. */
function changed({ object, oldObject = null, user = 'alice', request = {} }: Change) {
  const resource = { group: 'pillion.io', version: 'v1alpha1', resource: KINDS[String(object.kind)] ?? 'others' };
  const operation = oldObject === null ? 'CREATE' : 'UPDATE';
  const whole = { uid: 'changed', resource, operation, userInfo: { username: user }, object, oldObject, ...request };
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: whole };
  const admission = answer(body, { hook: 'policies' });
  if (admission.kind !== 'answered' || admission.record === undefined) throw new Error('a review was not answered');
  const { review, record } = admission;
  const stored: Json = jsonPatch.applyPatch(structuredClone(object), operationsOf(review), true).newDocument;
  return { record, stored, response: review.response };
}

const withSpec = (object: Json, spec: Json): Json => ({ ...object, spec: { ...(object.spec as Json), ...spec } });
const withMetadata = (object: Json, metadata: Json): Json => ({
  ...object,
  metadata: { ...(object.metadata as Json), ...metadata },
});
const annotationsOf = (object: Json) => (object.metadata as Json).annotations;

test.each<[string, Json, string[]]>([
  [
    'an enum that is none',
    withSpec(POLICY, { onError: 'Ignore', finalState: 'deny' }),
    ['/spec/onError: is "Ignore"; accepted: Refuse, Admit', '/spec/finalState: is "deny"; accepted: Deny, Warn, Off'],
  ],
  [
    'a key that is unknown',
    withSpec(POLICY, { onErrors: 'Refuse' }),
    ['/spec/onErrors: is not a key that is known here'],
  ],
  [
    'settings that contradict each other',
    withSpec(POLICY, { onError: 'Admit' }),
    ['/spec/onError: is "Admit", but finalState: Deny refuses'],
  ],
  [
    'an override of a key that is near one',
    withSpec(POLICY, { overrides: { allow: [{ key: 'sidecar.istio.io/proxyCpu' }] } }),
    ['did you mean sidecar.istio.io/proxyCPU?'],
  ],
  ['a profile', withSpec(PROFILE, { order: 'First' }), ['/spec/order: is "First"; accepted: Native, Classic']],
])('%s is refused with every place, what stands there and what is accepted', (_, object, texts) => {
  const { response, record } = changed({ object });
  expect(response.allowed).toBe(false);
  for (const text of texts) expect(response.status?.message).toContain(text);
  expect(record).toMatchObject({ hook: 'policies', verdict: 'deny', reason: 'policy-object-invalid', user: 'alice' });
  expect(record.object).toEqual({ kind: object.kind, name: (object.metadata as Json).name });
});

test.each([POLICY, PROFILE])(
  'the built-in object passes, with who and when, and is said not to be in force',
  (object) => {
    const { response, record, stored } = changed({ object: { ...object, status: { conditions: [] } } });
    expect([response.allowed, record.reason]).toEqual([true, 'policy-object-valid']);
    expect(annotationsOf(stored)).toEqual({
      'pillion.io/changed-by': 'alice',
      'pillion.io/changed-at': '2026-11-03T10:00:00Z',
    });
    expect(response.warnings).toEqual([expect.stringContaining('not in force')]);
  },
);

test('a change of the spec is stamped anew, any other change keeps the stamps, and nobody writes them', () => {
  const stamps = { 'pillion.io/changed-by': 'alice', 'pillion.io/changed-at': '2026-11-01T08:00:00Z' };
  const old = withMetadata(POLICY, { annotations: stamps });
  const respecified = changed({ object: withSpec(old, { finalState: 'Warn' }), oldObject: old, user: 'bob' });
  expect(annotationsOf(respecified.stored)).toMatchObject({ 'pillion.io/changed-by': 'bob' });
  const replaced = changed({ object: withMetadata(POLICY, { labels: { team: 'mesh' } }), oldObject: old, user: 'bob' });
  expect(annotationsOf(replaced.stored)).toEqual(stamps);
  const forged = withMetadata(old, { annotations: { ...stamps, 'pillion.io/changed-by': 'nobody' } });
  const { stored, response } = changed({ object: forged, oldObject: old, user: 'bob' });
  expect(annotationsOf(stored)).toEqual(stamps);
  expect(response.warnings?.join()).toContain('pillion.io/changed-by is written by Pillion; your value was replaced');
});

test('a policy that leaves everything out is the built-in one', () => {
  const { response } = changed({ object: { ...POLICY, spec: {} } });
  expect(response.allowed).toBe(true);
});

test('a profile that leaves everything out is the built-in one', () => {
  const bare = { ...PROFILE, spec: { kind: 'Envoy' } };
  expect(changed({ object: bare }).response.allowed).toBe(true);
  expect(Default(EnvoyProfile, structuredClone(bare))).toEqual(PROFILE);
});

test('nothing stands in the way of a deletion, and another request passes without a word', () => {
  const broken = withSpec(POLICY, { onError: 'Ignore' });
  const deleted = withMetadata(broken, { deletionTimestamp: '2026-11-03T09:59:59Z' });
  expect(changed({ object: deleted, oldObject: deleted }).record.reason).toBe('policy-object-under-deletion');
  const status = changed({ object: broken, oldObject: broken, request: { subResource: 'status' } });
  expect([status.response.allowed, status.record.reason]).toEqual([true, 'not-a-policy-change']);
});

test.each([[null], ['text'], [[]], [{ kind: 'InjectionPolicy', spec: 1, metadata: 2 }]])(
  '%j is an answer, not a crash',
  (object) => {
    const resource = { group: 'pillion.io', version: 'v1alpha1', resource: 'injectionpolicies' };
    const { response } = changed({ object: (object as unknown as Json) ?? {}, request: { object, resource } });
    expect(response.allowed).toBe(false);
  },
);
