import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { renderBootstrap } from '../../src/core/xds/bootstrap.ts';
import { yamlText } from '../../src/core/xds/yaml-text.ts';
import { PEER } from './captured-pod.ts';
import { profileSpec } from './profile-variants.ts';
import { DIFFERENCES, expectedThrough, withoutTheMeaningless } from './raw/differences.ts';
import { openRawEnds, type RawEnds } from './raw/ends.ts';
import type { Seen } from './raw/exchange.ts';
import { LONG_PAUSE, ROWS } from './raw/rows.ts';

const HUNG = 4317;
const HANGS = `require('node:net').createServer((socket) => socket.on('error', () => {})).listen(${HUNG}, '::')`;

type Tracing = EnvoyProfile['spec']['telemetry']['tracing'];

const configOf = (tracing: Partial<Tracing>) => {
  const { telemetry } = profileSpec();
  const all = { ...telemetry.tracing, samplingPercent: 100, ...tracing };
  return yamlText(renderBootstrap(profileSpec({ telemetry: { ...telemetry, tracing: all } })));
};

const rows = ROWS.filter(({ name }) => name !== LONG_PAUSE);
const differenceOf = (row: string) => DIFFERENCES.find((difference) => difference.row === row) ?? {};
const SPAN = /^(?:traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01|tracestate: )\r\n/gm;
const comparable = (one: Seen) => {
  const { name, arrived, answers } = withoutTheMeaningless({
    ...one,
    arrived: one.arrived.map((text) => text.replaceAll(SPAN, '')),
  });
  return { name, arrived, answers };
};

let ends: RawEnds;

describe('beyond the span in its headers a traced request is what it is without tracing, also while a collector hangs', () => {
  beforeAll(async () => {
    ends = await openRawEnds(configOf({ collector: `${PEER.ipv4}:${HUNG}` }));
    await ends.peer.start([process.execPath, '-e', HANGS], 'collector');
  });

  afterAll(async () => ends?.stop());

  test.each(['inbound', 'outbound'] as const)('%s', async (way) => {
    const direct = await ends.run('direct', rows);
    const through = await ends.run(way, rows);
    expect(through.map(comparable)).toEqual(
      direct.map((one) => comparable(expectedThrough(one, differenceOf(one.name)))),
    );
    // the plain request is traced, so that nothing above is equal because nothing happened
    expect(through[0]?.arrived.join('').match(SPAN)).toHaveLength(2);
  });
});

describe('requests pass as soon as ever', () => {
  afterEach(async () => ends?.stop());

  test.each([
    ['a collector whose name leads nowhere', 'collector.nowhere.test:4317'],
    ['a collector that refuses', `${PEER.ipv4}:9`],
    ['a collector that no packet reaches', '192.0.2.1:4317'],
  ])('%s', async (_, collector) => {
    ends = await openRawEnds(configOf({ collector }));
    const [plain] = rows;
    if (plain === undefined) throw new Error('there are no rows');
    const began = performance.now();
    const seen = await ends.run('inbound', Array(30).fill(plain));
    const ms = performance.now() - began;
    expect(seen.flatMap(({ answers }) => answers)).toEqual(Array(30).fill(plain.answers));
    // the process that asks takes most of it; a request that waited for a collector would take seconds
    expect(ms).toBeLessThan(5000);
  });
});
