import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeedEntry } from '../../src/core/dashboard/decisions.ts';
import { feedFilter } from '../../src/core/dashboard/feed/feed-filter.ts';
import { feedPage } from '../../src/core/dashboard/feed/feed-pages.ts';
import { positionAt, positionOf } from '../../src/core/dashboard/feed/feed-position.ts';
import { FeedRing } from '../../src/core/dashboard/feed/feed-ring.ts';
import { FeedStream } from '../../src/server/dashboard/feed-stream.ts';
import { SAMPLE_RECORDS, type SampleRecord } from '../core-fixtures/sample-records.ts';

const SAMPLE = (SAMPLE_RECORDS.get('inject-inject') as () => SampleRecord)().record;

/** Two replicas, each with its own decisions and a copy of those of the other, which lags behind or is not there yet. */
function replicas() {
  const ring = (name: string) => new FeedRing(`pillion-${name}`, `run${name}`);
  const own = ['a', 'b'].map(ring);
  const copies: (FeedRing | undefined)[] = [undefined, undefined];
  let nowMs = 1;
  let decided = 0;
  return {
    rings: (of: number) => [own[of], copies[of]].filter((one) => one !== undefined),
    decide: (by: number, laterMs: number) => {
      nowMs += laterMs;
      own[by]?.add({ ...SAMPLE, namespace: 'shop', pod: `p${decided++}` }, nowMs);
    },
    copy: (by: number) => {
      const from = own[1 - by] as FeedRing;
      const to = copies[by] ?? ring(by === 0 ? 'b' : 'a');
      copies[by] = to;
      for (const held of from.after(to.last)) to.put(held);
    },
    forget: (by: number) => {
      copies[by] = undefined;
    },
    get nowMs() {
      return nowMs;
    },
    get names() {
      return Array.from({ length: decided }, (_, at) => `p${at}`);
    },
  };
}

const replica = fc.constantFrom(0, 1);
const step = fc.oneof(
  fc.record({ do: fc.constant('decide' as const), at: replica, laterMs: fc.nat({ max: 2 }) }),
  fc.record({ do: fc.constant('copy' as const), at: replica }),
  // as where the other replica was not reached for long
  fc.record({ do: fc.constant('forget' as const), at: replica }),
  fc.record({ do: fc.constant('read' as const) }),
  // what was sent and not read is lost with the connection
  fc.record({ do: fc.constant('reconnect' as const), at: replica, read: fc.nat({ max: 3 }) }),
);

/** Whoever reads a stream from a moment on, and goes on behind what was read when it breaks. */
function reader(rings: (of: number) => FeedRing[], fromMs: number) {
  const read: FeedEntry[] = [];
  let last: string | undefined;
  const open = (of: number) => {
    const position = last === undefined ? positionAt(fromMs) : positionOf(last);
    if (position === undefined) throw new Error(`${last} is no id`);
    const feed = {
      get rings() {
        return rings(of);
      },
    };
    return new FeedStream({ feed, position, matches: () => true, maxWaitingBytes: 1e9 });
  };
  let stream = open(0);
  const take = (most = Number.POSITIVE_INFINITY) => {
    stream.sendNew();
    const events = [...String(stream.read() ?? '').matchAll(/^id: (.*)\n(?:retry: \d+|data: (.*))$/gm)];
    for (const [, id, data] of events.slice(0, most)) {
      last = id;
      if (data !== undefined) read.push(JSON.parse(data) as FeedEntry);
    }
  };
  return {
    read,
    take,
    reconnect: (of: number, most: number) => {
      take(most);
      stream.destroy();
      stream = open(of);
    },
    end: () => stream.destroy(),
  };
}

const podOf = ({ record }: FeedEntry) => String(record.pod);
const sorted = (names: readonly string[]) => names.toSorted();

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What somebody is told of decisions who reads a stream from a moment on, whatever happens to it. */
function toldBy(both: ReturnType<typeof replicas>, steps: readonly Step[], fromMs: number): FeedEntry[] {
  const stream = reader(both.rings, fromMs);
  for (const one of steps)
    if (one.do === 'decide') both.decide(one.at, one.laterMs);
    else if (one.do === 'copy') both.copy(one.at);
    else if (one.do === 'forget') both.forget(one.at);
    else if (one.do === 'read') stream.take();
    else stream.reconnect(one.at, one.read);
  stream.reconnect(0, Number.POSITIVE_INFINITY);
  for (const by of [0, 1]) both.copy(by);
  stream.reconnect(0, Number.POSITIVE_INFINITY);
  stream.take();
  stream.end();
  return stream.read;
}

const steps = fc.array(step, { maxLength: 60 });

test('a stream that goes on at either replica tells each decision once, and those of one replica in order', () => {
  fc.assert(
    fc.property(steps, (made) => {
      const both = replicas();
      const read = toldBy(both, made, 0);
      expect(sorted(read.map(podOf))).toEqual(sorted(both.names));
      for (const name of ['pillion-a', 'pillion-b']) {
        const told = read.filter(({ replica: of }) => of === name).map((entry) => Number(podOf(entry).slice(1)));
        expect(told).toEqual(told.toSorted((one, other) => one - other));
      }
    }),
  );
});

test('a stream that begins at a moment tells each decision after it once, and none of before', () => {
  fc.assert(
    fc.property(steps, steps, (before, made) => {
      const both = replicas();
      for (const one of before) if (one.do === 'decide') both.decide(one.at, one.laterMs);
      const known = both.names.length;
      // the clock goes on before somebody comes
      const fromMs = both.nowMs + 1;
      both.decide(0, 2);
      const read = toldBy(both, made, fromMs).map(podOf);
      expect(sorted(read)).toEqual(sorted(both.names.slice(known)));
    }),
  );
});

test('a stream that outlives many replicas still has ids that are accepted', () => {
  let rings: FeedRing[] = [];
  const feed = {
    get rings() {
      return rings;
    },
  };
  const stream = new FeedStream({ feed, position: positionAt(0), matches: () => true, maxWaitingBytes: 1e9 });
  for (let at = 0; at < 100; at += 1) {
    const ring = new FeedRing('pillion-a', `run${at}`);
    ring.add({ ...SAMPLE, pod: `p${at}` }, at + 1);
    rings = [ring];
    stream.sendNew();
  }
  const ids = [...String(stream.read()).matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
  expect(ids).toHaveLength(101);
  for (const id of ids) expect(positionOf(id)).toBeDefined();
  stream.destroy();
});

test('pages tell the whole of both replicas once, the newest first, whichever replica answers each', () => {
  const decisions = fc.array(fc.record({ at: replica, laterMs: fc.nat({ max: 2 }) }), { maxLength: 30 });
  const pages = fc.array(fc.record({ at: replica, limit: fc.integer({ min: 1, max: 5 }) }), {
    minLength: 31,
    maxLength: 31,
  });
  fc.assert(
    fc.property(decisions, pages, (made, asked) => {
      const both = replicas();
      for (const { at, laterMs } of made) both.decide(at, laterMs);
      for (const by of [0, 1]) both.copy(by);
      const told: FeedEntry[] = [];
      let after: string | undefined;
      for (const { at, limit } of asked) {
        const position = { limit, ...(after !== undefined && { after }) };
        const page = feedPage(
          both.rings(at),
          position,
          feedFilter({}, () => true, true),
          { asOf: '', remarks: [] },
        );
        told.push(...page.items);
        after = page.next;
        if (after === undefined) break;
      }
      expect(after).toBeUndefined();
      expect(sorted(told.map(podOf))).toEqual(sorted(both.names));
      const times = told.map(({ id }) => id.slice(0, 13));
      expect(times).toEqual(times.toSorted().toReversed());
    }),
  );
});
