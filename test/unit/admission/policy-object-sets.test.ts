import { describe, expect, test } from '@jest/globals';
import { objectsToRead } from '../../../src/core/admission/policy-objects-to-read.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import {
  changed,
  known,
  named,
  POLICY,
  PROFILE,
  reviewOfChange,
  withMetadata,
  withSpec,
} from '../../core-fixtures/policy-object-changes.ts';

// Objects that are good by themselves, and together are not.

const DIGEST = `sha256:${'a'.repeat(64)}`;
const { sidecar, redirect } = PROFILE.spec as Readonly<Record<string, Json>>;
const withImage = (name: string, image: string) =>
  named(
    withSpec(PROFILE, {
      sidecar: { ...sidecar, image },
      redirect: { ...redirect, image: `registry.example/redirect@${DIGEST}` },
    }),
    name,
  );
const BY_TAG = withImage('small', 'registry.example/envoy:2');
const BY_DIGEST = withImage('small', `registry.example/envoy@${DIGEST}`);
const overrides = (POLICY.spec as Json).overrides as Json;
const wantsDigests = (name: string) =>
  withSpec(POLICY, { profiles: [{ name }], overrides: { ...overrides, imagesByDigest: true } });
const asksFor = (name: string) => withSpec(POLICY, { profiles: [{ name }] });
const REFUSED = named(withSpec(PROFILE, { order: 'First' }), 'broken');
const SKIP = withSpec(POLICY, { rollout: { enforce: 'Skip' } });
const REFUSED_PLAN: Json = {
  ...{ apiVersion: 'pillion.io/v1alpha1', kind: 'RolloutPlan', metadata: { name: 'default' } },
  spec: { stages: [{ name: 'pilot', state: 'Ajar' }] },
};

/** A change, and the objects before it. */
interface Case {
  readonly object: Json;
  readonly cluster: readonly Json[];
}

test.each<[string, Case, string]>([
  [
    'a policy that wants digests, and names a profile by tag',
    { object: wantsDigests('small'), cluster: [BY_TAG] },
    '/spec/overrides/imagesByDigest: is true, and the profile small names "registry.example/envoy:2"',
  ],
  [
    'a profile that goes back to a tag',
    { object: BY_TAG, cluster: [BY_DIGEST, wantsDigests('small')] },
    'InjectionPolicy default: /spec/overrides/imagesByDigest: is true, and the profile small names',
  ],
  [
    'a policy that names a refused profile',
    { object: asksFor('broken'), cluster: [REFUSED] },
    '/spec/profiles/0/name: is "broken", a SidecarProfile that is refused itself',
  ],
  [
    'a policy that holds pods to a refused plan',
    { object: SKIP, cluster: [REFUSED_PLAN] },
    '/spec/rollout/enforce: is "Skip", and the RolloutPlan that says which stages are open is refused itself',
  ],
])('%s is refused', (_, { object, cluster }, said) => {
  const { response, record } = changed({ object, cluster });
  expect([response.allowed, record.reason]).toEqual([false, 'policy-object-invalid']);
  expect(response.status?.message).toContain(said);
});

const follows = { annotations: { 'pillion.io/profiles-follow': 'true' } };
const NOT_IN_FORCE = 'not in force, the policy before goes on deciding until this is mended';

test.each<[string, Case, readonly string[]]>([
  ['a policy that wants digests and gets them', { object: wantsDigests('small'), cluster: [BY_DIGEST] }, []],
  [
    'a policy whose profiles follow',
    { object: withMetadata(wantsDigests('small'), follows), cluster: [BY_TAG] },
    [`${NOT_IN_FORCE}: /spec/overrides/imagesByDigest`],
  ],
  [
    'a change beside what was wrong before',
    { object: withSpec(asksFor('broken'), { finalState: 'Warn' }), cluster: [REFUSED, asksFor('broken')] },
    [`${NOT_IN_FORCE}: /spec/profiles/0/name`, `${NOT_IN_FORCE}: SidecarProfile broken: /spec/order`],
  ],
  [
    'a profile that is mended and shows what else was wrong',
    {
      object: named(PROFILE, 'broken'),
      cluster: [REFUSED, wantsDigests('broken')],
    },
    ['no pod gets the profile broken', 'pods like these sample pods'],
  ],
  [
    'a profile that the policy does not name',
    { object: BY_TAG, cluster: [BY_DIGEST, withImage('other', `envoy@${DIGEST}`), wantsDigests('other')] },
    ['no pod gets the profile small', 'pods like these sample pods'],
  ],
])('%s passes, and what follows is told', (_, { object, cluster }, said) => {
  const { response } = changed({ object, cluster });
  expect(response).toMatchObject({ allowed: true });
  expect(response.warnings ?? []).toEqual(said.map((text) => expect.stringContaining(text)));
});

const shadow = (name: string, spec: Json = {}) => named(withSpec(POLICY, { mode: 'Shadow', ...spec }), name);
const SHADOWS = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => shadow(name));
const ASKED = 'the policy is asked about each pod beside the one that decides';
const LABELLED = [{ matchLabels: { a: 'b' } }];

test.each<[string, Case, readonly string[]]>([
  ['that is asked', { object: shadow('a'), cluster: [] }, [ASKED]],
  [
    'that cannot have been meant so',
    { object: shadow('a', { alwaysInject: LABELLED, neverInject: LABELLED }), cluster: [] },
    [ASKED, '/spec/alwaysInject/0: has no effect'],
  ],
  [
    'that is one too many',
    { object: shadow('j'), cluster: SHADOWS },
    ['not asked about any pod until this is mended: /spec/mode: is "Shadow", as that of 8 others'],
  ],
  [
    'that takes the place of another',
    { object: shadow('a'), cluster: SHADOWS },
    [ASKED, 'left out from now on: InjectionPolicy i: /spec/mode: is "Shadow", as that of 8 others'],
  ],
  ['that is changed among as many', { object: shadow('b', { finalState: 'Warn' }), cluster: SHADOWS }, [ASKED]],
  [
    'that names a refused profile',
    { object: shadow('a', { profiles: [{ name: 'broken' }] }), cluster: [REFUSED] },
    ['not asked about any pod until this is mended: /spec/profiles/0/name: is "broken", a SidecarProfile that is'],
  ],
  [
    'beside a policy that is refused',
    { object: shadow('a'), cluster: [REFUSED, asksFor('broken')] },
    ['until the one that decides is mended'],
  ],
])('a shadow %s is told what becomes of it', (_, { object, cluster }, said) => {
  const { response } = changed({ object, cluster });
  expect(response).toMatchObject({ allowed: true });
  expect(response.warnings ?? []).toEqual(said.map((text) => expect.stringContaining(text)));
});

describe('what was mended a moment ago is looked up before a change is refused for it', () => {
  test.each<[string, Case, readonly string[]]>([
    ['the profile of a policy', { object: wantsDigests('small'), cluster: [BY_TAG] }, ['SidecarProfile small']],
    [
      'the policy of a profile',
      { object: BY_TAG, cluster: [BY_DIGEST, wantsDigests('small')] },
      ['InjectionPolicy default'],
    ],
    [
      'the plan of a policy',
      { object: SKIP, cluster: [REFUSED_PLAN] },
      ['SidecarProfile envoy', 'RolloutPlan default'],
    ],
    ['a profile that is not known yet', { object: asksFor('small'), cluster: [] }, ['SidecarProfile small']],
    ['nothing for what is good', { object: asksFor('small'), cluster: [BY_TAG] }, []],
  ])('%s', (_, { object, cluster }, looked) => {
    const snapshot = { policy: BUILT_IN, namespaces: new Map(), objects: known(cluster) };
    const names = objectsToRead(reviewOfChange({ object }), snapshot, 'policies');
    expect(names.map(({ kind, name }) => `${kind} ${name}`)).toEqual(looked);
  });
});
