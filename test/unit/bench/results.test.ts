import { expect, test } from '@jest/globals';
import { ownResults, type Part, peerResults, resultsWith } from '../../bench/results.ts';

const LOAD = { requests: 1, sessions: 1, streams: 1 };
const own = (tables: string) => ownResults('a machine', LOAD, tables);
const peer = (tables: string) => peerResults('a machine', 'v1.2.3', tables);
const sidecar = (tables: string) => `## What the sidecar costs\n\n${tables}`;
const telemetry = (tables: string) => `## What it costs to be told\n\n${tables}`;
const scale = (tables: string) => `## A month of a rollout\n\n${tables}`;
const series = (tables: string) => `## Series of a sidecar\n\n${tables}`;
const PARTS: Readonly<Record<Part, (tables: string) => string>> = { own, peer, sidecar, telemetry, scale, series };
const NAMES = Object.keys(PARTS) as Part[];

/** RESULTS.md after these measurements, one after the other. */
const after = (...measured: readonly (readonly [Part, string])[]): string =>
  measured.reduce((before, [part, tables]) => resultsWith(part, PARTS[part](tables), before), '');

test.each(NAMES)('what is measured anew replaces its own part of RESULTS.md and leaves the others: %s', (part) => {
  const first = NAMES.map((name) => [name, `${name}, first`] as const);
  const again = after(...first, [part, `${part}, second`]);
  expect(again).not.toContain(`${part}, first`);
  expect(again).toBe(after(...NAMES.map((name) => [name, `${name}, ${name === part ? 'second' : 'first'}`] as const)));
  expect(after(...first, [part, `${part}, first`])).toBe(after(...first));
});

test('the parts stand in one order, whichever was measured first', () => {
  const measured = NAMES.map((name) => [name, `of ${name}`] as const);
  expect(after(...measured.toReversed())).toBe(after(...measured));
});
