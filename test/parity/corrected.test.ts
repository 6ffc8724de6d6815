import { expect, test } from '@jest/globals';
import { expectFile } from '../golden/expected-file.ts';
import { correctedTable, correctionOf } from './corrected.ts';
import { goldensOf } from './outcome.ts';
import { readPeer } from './peer.ts';

// UPDATE_GOLDEN=1 npm test -- parity writes corrected.txt anew

const peer = await readPeer();
const corrections = goldensOf(peer).map((golden) => correctionOf(golden, peer));

test('compatibility Corrected changes about each golden what corrected.txt says', () => {
  expectFile(new URL('corrected.txt', import.meta.url), correctedTable(corrections, false));
});

test('no change is left without words', () => {
  expect(corrections.filter(({ changes }) => changes.some((change) => change.startsWith('/')))).toEqual([]);
});
