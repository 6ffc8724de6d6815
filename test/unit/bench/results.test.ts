import { expect, test } from '@jest/globals';
import { ownResults, peerResults, resultsWith } from '../../bench/results.ts';

const LOAD = { requests: 1, sessions: 1, streams: 1 };
const own = (tables: string) => ownResults('a machine', LOAD, tables);
const peer = (tables: string) => peerResults('a machine', 'v1.2.3', tables);

test('what is measured anew replaces its own part of RESULTS.md and leaves the other', () => {
  const both = resultsWith('peer', peer('peer, first'), resultsWith('own', own('own, first'), ''));
  expect(both).toContain('own, first');
  expect(both).toContain('peer, first');
  const again = resultsWith('own', own('own, second'), both);
  expect(again).not.toContain('own, first');
  expect(again).toBe(resultsWith('peer', peer('peer, first'), resultsWith('own', own('own, second'), '')));
  expect(resultsWith('peer', peer('peer, first'), both)).toBe(both);
});
