import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FileTrust } from '../../../src/cluster/certificates/file-trust.ts';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';

let folder: string;
let file: string;
let logged: string[];

const { authority } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
const log = pino({}, { write: (line) => void logged.push(line) });

beforeEach(async () => {
  logged = [];
  folder = await mkdtemp(join(tmpdir(), 'pillion-trust-'));
  file = join(folder, 'ca.crt');
});
afterEach(() => rm(folder, { recursive: true }));

test('a bundle is followed: what is good is told, what is bad leaves the last good one in place and is logged once', async () => {
  await writeFile(file, authority);
  const trust = await FileTrust.follow({ file, log });
  const told: (string | undefined)[] = [];
  trust.onChanged(() => told.push(trust.current));
  try {
    const steps: [content: string, inForce: string][] = [
      [authority, authority],
      [authority + authority, authority + authority],
      ['garbage', authority + authority],
      ['', authority + authority],
      [authority, authority],
    ];
    for (const [content, inForce] of steps) {
      // whole at once, as a mounted Secret changes
      await writeFile(`${file}.new`, content);
      await rename(`${file}.new`, file);
      await trust.refresh();
      await trust.refresh();
      expect(trust.current).toBe(inForce);
    }
  } finally {
    trust.close();
  }
  expect(told.at(-1)).toBe(authority);
  expect(told.every((bundle) => bundle?.includes('BEGIN CERTIFICATE'))).toBe(true);
  expect(logged.filter((line) => line.includes('the previous certificates stay registered'))).toHaveLength(1);
});

test('a bundle that is bad from the start is refused', async () => {
  await writeFile(file, 'garbage');
  await expect(FileTrust.follow({ file, log })).rejects.toThrow('holds no certificate');
});
