import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareWorkloads, type KnownWorkload, workloadKey } from '../../src/core/dashboard/known-workload.ts';
import { type WorkloadFilter, workloadPage } from '../../src/core/dashboard/workload-pages.ts';
import type { WorkloadPage, WorkloadRow } from '../../src/core/dashboard/workloads.ts';

const READ = { asOf: '', remarks: [] };

// so few that filters find some and miss some, and such as break what is made of texts
const word = fc.constantFrom('a', 'b', 'ab', '__proto__', 'a/b', 'ä', '🙂', '~', '<b>');
const owned = fc.option(fc.constantFrom('x', 'y', 'unowned', 'constructor'), { nil: undefined });
const workload: fc.Arbitrary<KnownWorkload> = fc
  .record({
    namespace: fc.constantFrom('a', 'b', 'ab', 'a-b'),
    kind: fc.constantFrom('Deployment', 'Job', 'Set.example'),
    name: word,
    tribe: owned,
    squad: owned,
    stages: fc.subarray(['x', 'y', 'constructor']),
    outcome: fc.constantFrom(
      { verdict: 'inject', reason: 'opted-in' } as const,
      { verdict: 'skip', reason: 'not-opted-in' } as const,
    ),
    pods: fc.nat({ max: 3 }),
  })
  .map(({ kind, name, outcome, pods, ...rest }) => ({
    ...{ ...rest, ...outcome, owner: `${kind}/${name}` },
    states: new Map([['missing' as const, pods]]),
    compatibility: undefined,
    findings: 0,
  }));
const list = fc
  .uniqueArray(workload, { selector: workloadKey, maxLength: 30 })
  .map((workloads) => workloads.toSorted(compareWorkloads));
const filter: fc.Arbitrary<WorkloadFilter> = fc.record(
  {
    search: fc.constantFrom('a', '/', 'A/B', 'ab', 'zz'),
    namespace: fc.constantFrom('a', 'b', 'none'),
    tribe: fc.constantFrom('x', 'unowned'),
    squad: fc.constantFrom('y', 'unowned'),
    stage: fc.constantFrom('x', 'y'),
    verdict: fc.constantFrom('inject', 'inject,skip', 'deny'),
    reason: fc.constantFrom('opted-in', 'not-opted-in'),
  },
  { requiredKeys: [] },
);
const limits = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 });
const visible = fc.func(fc.boolean());

const keyOf = ({ namespace, kind, name }: WorkloadRow): string => `${namespace}/${kind}/${name}`;

/** Every page from the first to the last, each of the list as it stands then. */
function pages(
  lists: readonly (readonly KnownWorkload[])[],
  asked: WorkloadFilter,
  sizes: readonly number[],
  sees: (namespace: string) => boolean,
): WorkloadPage[] {
  const read: WorkloadPage[] = [];
  let after: string | undefined;
  do {
    const standing = lists[Math.min(read.length, lists.length - 1)] ?? [];
    const limit = sizes[read.length % sizes.length] ?? 1;
    const page = workloadPage(standing, { ...asked, limit, ...(after !== undefined && { after }) }, sees, READ);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    read.push(page);
    after = page.next;
  } while (after !== undefined);
  return read;
}

test('pages together are the whole list once, whatever is filtered and however long each is, and each tells how long that is', () => {
  fc.assert(
    fc.property(list, filter, limits, visible, (workloads, asked, sizes, sees) => {
      const whole = workloadPage(workloads, { ...asked, limit: 500 }, sees, READ);
      const read = pages([workloads], asked, sizes, sees);
      expect(read.flatMap(({ items }) => items)).toEqual(whole.items);
      for (const { total } of read) expect(total).toBe(whole.items.length);
      expect(whole.items.every(({ namespace }) => sees(namespace))).toBe(true);
    }),
  );
});

test('while rows come and go between pages, none comes twice, and each that stays comes once', () => {
  const changing = fc
    .tuple(list, fc.array(fc.func(fc.boolean()), { minLength: 1, maxLength: 6 }))
    .map(([all, there]) => there.map((isThere) => all.filter((one) => isThere(workloadKey(one)))));
  fc.assert(
    fc.property(changing, filter, limits, (lists, asked, sizes) => {
      const everything = () => true;
      const read = pages(lists, asked, sizes, everything).flatMap(({ items }) => items.map(keyOf));
      expect(read.toSorted()).toEqual([...new Set(read)].toSorted());
      const matching = lists.map((one) =>
        workloadPage(one, { ...asked, limit: 500 }, everything, READ).items.map(keyOf),
      );
      const staying = (matching[0] ?? []).filter((key) => matching.every((keys) => keys.includes(key)));
      expect(read).toEqual(expect.arrayContaining(staying));
    }),
  );
});

test('the pods of all rows are those that were counted, and the states of each are its pods', () => {
  fc.assert(
    fc.property(list, (workloads) => {
      const { items } = workloadPage(workloads, { limit: 500 }, () => true, READ);
      for (const { pods, states } of items)
        expect(Object.values(states).reduce((sum, each) => sum + each, 0)).toBe(pods);
      const counted = workloads.reduce((sum, { states }) => sum + (states.get('missing') ?? 0), 0);
      expect(items.reduce((sum, { pods }) => sum + pods, 0)).toBe(counted);
    }),
  );
});
