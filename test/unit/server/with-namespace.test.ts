import { expect, test } from '@jest/globals';
import type { Snapshot } from '../../../src/core/admission/snapshot.ts';
import { withNamespace } from '../../../src/server/admission/with-namespace.ts';

const named = (name: string, team = 'old') => ({ name, labels: { team } });

test.each([
  ['a new one', ['a', 'b'], 'c'],
  ['one that has come meanwhile', ['a', 'b'], 'b'],
])('the snapshot has %s, and is a map like any other', (_name, names, added) => {
  const namespaces = new Map(names.map((name) => [name, named(name)]));
  const snapshot = { namespaces } as unknown as Snapshot;
  const wider = withNamespace(snapshot, named(added, 'live')).namespaces;
  const expected = new Map(namespaces).set(added, named(added, 'live'));
  const visited: unknown[] = [];
  wider.forEach((value, key) => {
    visited.push([key, value]);
  });
  expect(wider.size).toBe(expected.size);
  expect(wider.get(added)?.labels.team).toBe('live');
  expect(wider.get('a')?.labels.team).toBe('old');
  expect([wider.has(added), wider.has('x')]).toEqual([true, false]);
  expect(new Map(wider)).toEqual(expected);
  expect(new Map(visited as [string, unknown][])).toEqual(expected);
  expect([...wider.keys()].sort()).toEqual([...expected.keys()].sort());
  expect([...wider.values()]).toHaveLength(expected.size);
  expect(namespaces.get('b')?.labels.team).toBe('old');
});
