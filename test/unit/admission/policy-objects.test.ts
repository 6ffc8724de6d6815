import { describe, expect, test } from '@jest/globals';
import { Default } from 'typebox/value';
import { EnvoyProfile } from '../../../src/core/api/envoy-profile.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';
import { changed, named, POLICY, PROFILE, withMetadata, withSpec } from '../../core-fixtures/policy-object-changes.ts';

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

describe('where the objects of the cluster are the policy', () => {
  const CLASSIC = named(PROFILE, 'classic');
  const follows = { annotations: { 'pillion.io/profiles-follow': 'true' } };
  const asksFor = (name: string) => withSpec(POLICY, { profiles: [{ name }] });

  test.each<[string, Json, string]>([
    [
      'default in mode Shadow',
      withSpec(POLICY, { mode: 'Shadow' }),
      '/spec/mode: is "Shadow"; accepted for the policy',
    ],
    ['another one that would decide', named(POLICY, 'canary'), '/spec/mode: is "Enforce", as when it is left out'],
    [
      'a profile that the cluster does not have',
      asksFor('small'),
      '/spec/profiles/0/name: is "small"; known profiles: classic, envoy, istio; apply the SidecarProfile first',
    ],
  ])('%s is refused', (_, object, said) => {
    const { response, record } = changed({ object, cluster: [CLASSIC] });
    expect([response.allowed, record.reason]).toEqual([false, 'policy-object-invalid']);
    expect(response.status?.message).toContain(said);
  });

  test.each<[string, Json, readonly string[]]>([
    ['the policy that decides', POLICY, []],
    ['one that names a profile of the cluster', asksFor('classic'), []],
    ['one whose profiles follow', withMetadata(asksFor('small'), follows), []],
    ['a shadow', named(withSpec(POLICY, { mode: 'Shadow' }), 'canary'), ['beside the one that decides']],
    ['a profile that nobody names', named(PROFILE, 'classic'), ['no pod gets the profile classic', '"namespace that']],
  ])('%s passes, and is told what follows', (_, object, said) => {
    const { response } = changed({ object, cluster: [CLASSIC] });
    expect(response.allowed).toBe(true);
    const warnings = response.warnings ?? [];
    expect(warnings).toHaveLength(said.length);
    for (const [index, text] of said.entries()) expect(warnings[index]).toContain(text);
  });

  test('a profile that does not suit a sample pod is refused, and the sample is named', () => {
    const object = { ...PROFILE, spec: { kind: 'Istio', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } } };
    const { response } = changed({ object, cluster: [] });
    expect(response.allowed).toBe(false);
    expect(response.status?.message).toContain('does not suit the sample pod "plain", "port 8080", "init containers"');
  });

  const deleted = (object: Json, policy = BUILT_IN) =>
    changed({
      object,
      oldObject: object,
      policy,
      cluster: [],
      request: { operation: 'DELETE', object: null, name: (object.metadata as Json).name as string },
    });
  const small = named(PROFILE, 'small');
  const usesSmall = policyWith({ otherProfiles: { small: {} }, spec: { profiles: [{ name: 'small' }] } });
  const allowed = { annotations: { 'pillion.io/allow-deletion': 'true' } };

  test.each<[string, Json, ActivePolicy, string]>([
    [
      'the policy that decides',
      POLICY,
      BUILT_IN,
      'kubectl annotate injectionpolicy default pillion.io/allow-deletion=true',
    ],
    [
      'a profile that it names',
      small,
      usesSmall,
      'kubectl annotate sidecarprofile small pillion.io/allow-deletion=true',
    ],
  ])('the deletion of %s is refused, with the way; its annotation allows it', (_, object, policy, way) => {
    const { response, record } = deleted(object, policy);
    expect([response.allowed, record.reason]).toEqual([false, 'policy-object-relied-on']);
    expect(response.status?.message).toContain(way);
    expect(record.object?.name).toBe((object.metadata as Json).name);
    const meant = deleted(withMetadata(object, allowed), policy);
    expect([meant.response.allowed, meant.record.reason]).toEqual([true, 'policy-object-deleted']);
    expect(meant.response.warnings).toHaveLength(1);
  });

  const PLAN: Json = { ...POLICY, kind: 'RolloutPlan', spec: { stages: [] } };
  test.each<[string, Json, ActivePolicy]>([
    ['the policy that decides', POLICY, BUILT_IN],
    ['a profile that it names', small, usesSmall],
    ['the plan that it holds pods to', PLAN, policyWith({ spec: { rollout: { enforce: 'Skip' } } })],
  ])('%s is kept when its whole collection is deleted, where the request has no name', (_, object, policy) => {
    const request = { operation: 'DELETE', object: null, name: '' };
    const { response, record } = changed({ object, oldObject: object, policy, cluster: [], request });
    expect([response.allowed, record.reason]).toEqual([false, 'policy-object-relied-on']);
    const meant = changed({ object, oldObject: withMetadata(object, allowed), policy, cluster: [], request });
    expect(meant.response.allowed).toBe(true);
  });

  test('what nobody relies on can be deleted, and anything where files are the policy', () => {
    expect(deleted(small).record.reason).toBe('policy-object-deleted');
    expect(deleted(named(POLICY, 'canary')).response).toMatchObject({ allowed: true });
    const request = { operation: 'DELETE', object: null, name: 'default' };
    expect(changed({ object: POLICY, oldObject: POLICY, request }).response.allowed).toBe(true);
  });
});
