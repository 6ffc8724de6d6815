import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderBootstrap } from '../../src/core/xds/bootstrap.ts';
import { profileSpec } from './profile-variants.ts';
import { DIFFERENCES, expectedThrough, withoutTheMeaningless } from './raw/differences.ts';
import { openRawEnds, type RawEnds } from './raw/ends.ts';
import type { Seen } from './raw/exchange.ts';
import { LONG_PAUSE, MANY_CLIENTS, ROWS } from './raw/rows.ts';
import type { Way } from './ways.ts';

let ends: RawEnds;
let seen: Record<Way, ReadonlyMap<string, Seen>>;

beforeAll(async () => {
  ends = await openRawEnds();
  const all = async (way: Way) => new Map((await ends.run(way, ROWS)).map((one) => [one.name, one]));
  const [direct, inbound, outbound] = await Promise.all([all('direct'), all('inbound'), all('outbound')]);
  seen = { direct, inbound, outbound };
});

afterAll(async () => {
  await ends?.stop();
});

const find = (way: Way, row: string): Seen => {
  const found = seen[way].get(row);
  if (found === undefined) throw new Error(`no row ${row}`);
  return found;
};
/** What two ways have in common when the sidecar changes nothing; what is left open is measured where the row waits for it. */
const comparable = (one: Seen) => {
  const { arrived, answers } = withoutTheMeaningless(one);
  return { arrived, answers };
};
const differenceOf = (row: string) => DIFFERENCES.find((difference) => difference.row === row) ?? {};

const THROUGH = ['inbound', 'outbound'] as const;
const rows = ROWS.map(({ name }) => name).filter((name) => name !== LONG_PAUSE);

test.each(rows)('%s', (row) => {
  const expected = comparable(expectedThrough(find('direct', row), differenceOf(row)));
  for (const way of THROUGH) expect({ way, ...comparable(find(way, row)) }).toEqual({ way, ...expected });
});

test.each(rows)('%s: a line more or less would be seen', (row) => {
  const through = find('inbound', row);
  const before = JSON.stringify(comparable(through));
  const texts = [...through.arrived, ...through.answers.flat()];
  const fields = texts.flatMap((text) => text.split('\r\n').slice(1)).filter((line) => /^[^ ]+: /.test(line));
  for (const field of [...new Set(fields)].slice(0, 20)) {
    const without = JSON.parse(
      JSON.stringify(through).replace(JSON.stringify(`${field}\r\n`).slice(1, -1), ''),
    ) as Seen;
    expect(JSON.stringify(comparable(without))).not.toBe(before);
  }
});

test.each(DIFFERENCES)('still a difference: $row', ({ row }) => {
  for (const way of THROUGH) expect(comparable(find(way, row))).not.toEqual(comparable(find('direct', row)));
});

test('what arrives directly is what was sent, so that the record is one', () => {
  for (const { name, clients } of ROWS)
    expect({ name, arrived: find('direct', name).arrived }).toEqual({
      name,
      arrived: clients.map((sent) => sent.join('')),
    });
});

test.each(THROUGH)('clients share no upstream connection, and none is left when they have gone: %s', (way) => {
  const { arrived, leftOpen } = find(way, MANY_CLIENTS);
  expect({ connections: arrived.length, leftOpen }).toEqual({ connections: 30, leftOpen: 0 });
});

test.each(THROUGH)('an unused upstream connection ends, and its client gets a new one without notice: %s', (way) => {
  const [direct, through] = [find('direct', LONG_PAUSE), find(way, LONG_PAUSE)];
  expect(through.answers).toEqual(direct.answers);
  expect([direct.arrived.length, through.arrived.length]).toEqual([1, 2]);
});

test('an idle connection out of the pod is kept known to what is on the way, one within the pod needs no such thing', async () => {
  const timers = async (way: Way) => {
    // its upstream connection waits for a while yet
    await ends.run(way, ROWS.slice(0, 1));
    return ends.connectionsTo(way);
  };
  expect(await timers('outbound')).toMatch(/timer:\(keepalive,\d+sec,0\)/);
  expect(await timers('inbound')).not.toMatch(/keepalive/);
});

test('no timeout can end a request, nothing is tried again and the configuration stays small', () => {
  const text = JSON.stringify(renderBootstrap(profileSpec()));
  const timeouts = [...text.matchAll(/"(\w*(?:timeout|duration)\w*)":("[^"%]*"|\w+)/g)].map(
    ([, name, value]) => `${name} ${value}`,
  );
  expect([...new Set(timeouts)].sort()).toEqual(
    [
      // the kernel gives up first
      'connect_timeout "130s"',
      // of the connection to a client, and of TCP
      'idle_timeout "0s"',
      // of an upstream connection without a request
      'idle_timeout "4s"',
      'listener_filters_timeout "0.1s"',
      'stream_idle_timeout "0s"',
      'timeout "0s"',
      'continue_on_listener_filters_timeout true',
    ].sort(),
  );
  // a route without a timeout has one of 15 s; inbound there is one more, for a pod that ends
  expect(text.match(/"route":\{"cluster":"(inbound|outbound)","timeout":"0s"/g)).toHaveLength(5);
  expect(text).not.toMatch(/retry_(policy|on)/);
  // of which 4.7 KiB say what of a request and a connection is written down; as YAML, where both directions share that, 2.4
  expect(Buffer.byteLength(text)).toBeLessThan(21 * 1024);
});
