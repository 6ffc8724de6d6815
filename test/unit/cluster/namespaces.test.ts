import { describe, expect, test } from '@jest/globals';
import { Namespaces } from '../../../src/cluster/namespaces.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import { until } from '../../https/until.ts';

function namespaces() {
  const published: ReadonlyMap<string, Namespace>[] = [];
  const store = new Namespaces({
    keepLabel: (key) => key.startsWith('istio'),
    publish: (all) => published.push(all),
    coalesceMs: 5,
  });
  return { store, published };
}

describe('the namespaces', () => {
  test('are published once for a whole list, with the labels that decisions read', () => {
    const { store, published } = namespaces();
    const list = store.beginList();
    list.add({ name: 'a', labels: { 'istio-injection': 'enabled', team: 'blue' } });
    list.add({ name: 'b' });
    expect(published).toHaveLength(0);
    list.complete();
    expect(published).toEqual([
      new Map([
        ['a', { name: 'a', labels: { 'istio-injection': 'enabled' } }],
        ['b', { name: 'b', labels: {} }],
      ]),
    ]);
  });

  test('are replaced whole: a published map never changes', async () => {
    const { store, published } = namespaces();
    store.beginList().complete();
    for (let index = 0; index < 100; index += 1) store.put({ name: `n${index}` });
    await until(() => published.length > 1);
    expect([published[0]?.size, published[1]?.size, published.length]).toEqual([0, 100, 2]);
  });

  test('are not published again for a change of a label that nobody reads', async () => {
    const { store, published } = namespaces();
    store.put({ name: 'a', labels: { 'istio-injection': 'enabled' } });
    await until(() => published.length === 1);
    store.put({ name: 'a', labels: { 'istio-injection': 'enabled', team: 'green' } });
    store.remove({ name: 'unknown' });
    store.put({ name: 'b' });
    await until(() => published.length === 2);
    expect(published[1]?.get('a')).toBe(published[0]?.get('a'));
  });

  test('keep names like those of object prototypes apart', async () => {
    const { store, published } = namespaces();
    store.put({ name: 'constructor', labels: JSON.parse('{"__proto__":"x","istio-injection":"enabled"}') });
    await until(() => published.length === 1);
    expect(published[0]?.get('constructor')?.labels).toEqual({ 'istio-injection': 'enabled' });
    expect(published[0]?.get('toString')).toBeUndefined();
  });
});
