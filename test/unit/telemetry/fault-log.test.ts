import { beforeEach, expect, test } from '@jest/globals';
import { FaultLog } from '../../../src/telemetry/fault-log.ts';
import { createLog } from '../../../src/telemetry/log.ts';

let nowMs: number;
let lines: string[];
let faults: FaultLog;
beforeEach(() => {
  nowMs = 5;
  lines = [];
  faults = new FaultLog(createLog('info', { write: (line) => void lines.push(line) }), () => nowMs);
});
const logged = () => lines.map((line) => JSON.parse(line));

test('the first fault is logged at error, with its stack and facts', () => {
  faults.report(new TypeError('a bug'), 'it broke', { hook: 'inject' });
  expect(logged()).toMatchObject([
    { level: 'error', msg: 'it broke', hook: 'inject', err: { stack: expect.stringContaining('fault-log.test.ts') } },
  ]);
  expect(logged()[0]).not.toHaveProperty('suppressed');
});

test('a flood is one line a second, which says how many were left out', () => {
  for (let count = 0; count < 1_000; count += 1) faults.report(new Error('a bug'), 'it broke');
  nowMs += 999;
  faults.report(new Error('a bug'), 'it broke');
  expect(lines).toHaveLength(1);
  nowMs += 1;
  faults.report(new Error('a bug'), 'it broke');
  nowMs += 1_000;
  faults.report(new Error('a bug'), 'it broke');
  expect(logged().map(({ suppressed }) => suppressed)).toEqual([undefined, 1_000, undefined]);
});

test('one message does not silence another', () => {
  faults.report(new Error('a bug'), 'it broke');
  faults.report(new Error('a bug'), 'something else broke');
  expect(logged().map(({ msg }) => msg)).toEqual(['it broke', 'something else broke']);
});
