import { describe, expect, test } from '@jest/globals';
import { conditionsOf } from '../../../src/core/policy/object-conditions.ts';
import { objectsLoader } from '../../../src/core/policy/objects-loader.ts';
import { type LoadedObjects, type ObjectSource, objectSource } from '../../../src/core/policy/policy-objects.ts';
import { problemLine } from '../../../src/core/problem/problem.ts';
import { pillion } from '../cli/command-line.ts';

const load = objectsLoader('pillion-system', () => new Date('2026-11-03'));
const policy = (spec: object, name = 'default') => objectSource('InjectionPolicy', name, { spec });
const shadow = (spec: object = {}, name = 'canary') => policy({ mode: 'Shadow', ...spec }, name);
const profile = (name: string, spec: object = {}) =>
  objectSource('SidecarProfile', name, { spec: { kind: 'Envoy', ...spec } });
const names = (name: string) => ({ profiles: [{ name }] });
const BAD = { order: 'First' };

const said = (loaded: LoadedObjects) => ({
  active: 'active' in loaded ? loaded.active.name : undefined,
  shadows: 'active' in loaded ? loaded.shadows.map(({ name }) => name) : [],
  problems: 'problems' in loaded ? loaded.problems.map(problemLine) : [],
  leftOut: loaded.leftOut.map(problemLine),
});

const starts = (text: string) =>
  expect.stringMatching(new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));

describe.each<[string, readonly ObjectSource[], Partial<Record<keyof ReturnType<typeof said>, unknown>>]>([
  ['nothing', [], { active: 'default', shadows: [] }],
  ['the policy that decides', [policy({ finalState: 'Warn' })], { active: 'default' }],
  ['a shadow alone', [shadow()], { active: 'default', shadows: ['canary'] }],
  ['a profile and the policy that names it', [profile('small'), policy(names('small'))], { active: 'default' }],
  ['a profile that hides the built-in one', [profile('envoy', { order: 'Classic' })], { active: 'default' }],
  [
    'a policy that cannot be read',
    [policy({ optIn: { rule: 'Both' } })],
    { problems: [starts('InjectionPolicy default: /spec/optIn/rule: is "Both"')] },
  ],
  [
    'a policy with a key of a newer version',
    [policy({ onFriday: 'Rest' })],
    { problems: [starts('InjectionPolicy default: /spec/onFriday: is not a key that is known here')] },
  ],
  [
    'an object of another version',
    [objectSource('InjectionPolicy', 'default', { apiVersion: 'pillion.io/v2', spec: {} })],
    { problems: [starts('InjectionPolicy default: /apiVersion: is "pillion.io/v2"; accepted: "pillion.io/v1alpha1"')] },
  ],
  [
    'a profile that is not there',
    [policy(names('small'))],
    { problems: [starts('InjectionPolicy default: /spec/profiles/0/name: is "small"; known profiles: envoy, istio')] },
  ],
  [
    'a profile that cannot be read',
    [profile('small', BAD), policy(names('small'))],
    {
      problems: [
        starts('InjectionPolicy default: /spec/profiles/0/name: is "small", a SidecarProfile that is refused itself'),
        starts('SidecarProfile small: /spec/order: is "First"'),
      ],
    },
  ],
  [
    'a profile that cannot be read and hides the built-in one',
    [profile('envoy', BAD), policy({})],
    {
      problems: [
        starts('InjectionPolicy default: /spec/profiles/0/name: is "envoy"'),
        starts('SidecarProfile envoy: /spec/order'),
      ],
    },
  ],
  [
    'a profile that nobody names and that cannot be read',
    [profile('small', BAD), policy({})],
    { active: 'default', leftOut: [starts('SidecarProfile small: /spec/order')] },
  ],
  [
    'a second policy that would decide',
    [policy({}), policy({}, 'other')],
    { active: 'default', leftOut: [starts('InjectionPolicy other: /spec/mode: is "Enforce"')] },
  ],
  [
    'the policy default in mode Shadow',
    [shadow({}, 'default')],
    { problems: [starts('InjectionPolicy default: /spec/mode: is "Shadow"')] },
  ],
  [
    'a shadow that cannot be read, beside one that can',
    [policy({}), shadow({ onError: 'Ignore' }), shadow({}, 'other')],
    { active: 'default', shadows: ['other'], leftOut: [starts('InjectionPolicy canary: /spec/onError')] },
  ],
  [
    'more shadows than are asked',
    Array.from({ length: 9 }, (_, index) => shadow({}, `shadow-${index}`)),
    { active: 'default', leftOut: [starts('InjectionPolicy shadow-8: /spec/mode: is "Shadow", as that of 8 others')] },
  ],
  [
    'a policy of 1 MB',
    [policy({ protectedNamespaces: Array.from({ length: 50_000 }, (_, index) => `namespace-${index}`) })],
    { problems: [starts('InjectionPolicy default: has ')] },
  ],
])('of %s', (_name, objects, expected) => {
  test('comes what is said', () => {
    const outcome = said(load(objects));
    const whole = { active: undefined, problems: [], leftOut: [], ...expected };
    expect(outcome).toMatchObject(whole);
  });
});

test('a profile hides the built-in one of its name also where the built-in policy decides', () => {
  const revisionOf = (...objects: readonly ObjectSource[]) => {
    const loaded = load(objects);
    return 'active' in loaded ? loaded.active.revision : said(loaded).problems;
  };
  expect(revisionOf(profile('envoy', { order: 'Classic' }))).not.toEqual(revisionOf());
  expect(revisionOf(profile('envoy', { order: 'Classic' }))).toEqual(
    revisionOf(profile('envoy', { order: 'Classic' }), policy({})),
  );
  expect(revisionOf(profile('small'))).toEqual(revisionOf());
  expect(revisionOf(profile('envoy', BAD))).toEqual([
    starts('InjectionPolicy default: /spec/profiles/0/name: is "envoy"'),
    starts('SidecarProfile envoy: /spec/order'),
  ]);
});

test('labels, annotations and a status are no part of what is judged', () => {
  const object = { apiVersion: 'pillion.io/v1alpha1', spec: {}, metadata: { name: 'default', labels: { a: 'b' } } };
  const changed = { ...object, metadata: { ...object.metadata, generation: 2 }, status: { conditions: [] } };
  expect(objectSource('InjectionPolicy', 'default', changed)).toEqual(
    objectSource('InjectionPolicy', 'default', object),
  );
});

describe('the status of an object', () => {
  const good = [profile('small'), policy(names('small')), shadow()];
  const judged = (objects: readonly ObjectSource[], before: readonly ObjectSource[] = objects) => {
    const inForce = load(before);
    if ('problems' in inForce) throw new Error('a policy of a test is refused');
    const loaded = load(objects);
    return {
      inForce,
      inForceSources: 'active' in loaded ? objects : before,
      judged: objects,
      problems: 'problems' in loaded ? loaded.problems : [],
      leftOut: loaded.leftOut,
    };
  };
  const inShort = (objects: readonly ObjectSource[], before?: readonly ObjectSource[]) =>
    objects.map((source) => [
      source.file,
      ...conditionsOf(source, judged(objects, before)).map(({ status, reason }) => `${status} ${reason}`),
    ]);

  test('says what each is in force as', () => {
    expect(inShort(good)).toEqual([
      ['SidecarProfile small', 'True Valid', 'True Named'],
      ['InjectionPolicy default', 'True Valid', 'True Decides'],
      ['InjectionPolicy canary', 'True Valid', 'True Shadow'],
    ]);
  });

  test('says that the last good one stays while one is refused', () => {
    const bad = [profile('small', BAD), policy(names('small')), policy({}, 'other'), profile('idle')];
    expect(inShort(bad, good)).toEqual([
      ['SidecarProfile small', 'False Refused', 'False LastGoodStays'],
      ['InjectionPolicy default', 'False Refused', 'True Decides'],
      ['InjectionPolicy other', 'False Refused', 'False LeftOut'],
      ['SidecarProfile idle', 'True Valid', 'False NotNamed'],
    ]);
  });

  test('says nothing about an object that was not judged yet', () => {
    expect(conditionsOf(policy({ finalState: 'Warn' }), judged(good))).toEqual([]);
  });
});

test('what kubectl prints of the objects is a file of the same revision', async () => {
  const objects = [
    { kind: 'SidecarProfile', name: 'small', spec: { kind: 'Envoy', order: 'Classic' } },
    { kind: 'InjectionPolicy', name: 'default', spec: names('small') },
  ] as const;
  const items = objects.map(({ kind, name, spec }) => ({
    apiVersion: 'pillion.io/v1alpha1',
    kind,
    metadata: { name, generation: 3, annotations: { 'pillion.io/changed-by': 'alice' } },
    spec,
    status: { conditions: [] },
  }));
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { stdout } = await pillion(['policy', 'show', '--policy', '-', '-o', 'json'], { stdin });
  const loaded = load(objects.map(({ kind, name, spec }) => objectSource(kind, name, { spec })));
  expect(JSON.parse(stdout).revision).toBe('active' in loaded && loaded.active.revision);
  const broken = stdin.replace('"Classic"', '"First"');
  expect((await pillion(['policy', 'show', '--policy', '-'], { stdin: broken })).stderr).toMatch(
    /:1:\d+: \/spec\/order: is "First"/,
  );
});
