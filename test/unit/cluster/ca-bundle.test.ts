import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { readCaBundle } from '../../../src/cluster/registration/ca-bundle.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-ca-'));
  file = join(folder, 'ca.crt');
});
afterEach(() => rm(folder, { recursive: true }));

test('the certificates of a bundle are taken as they stand, comments included', async () => {
  const { authority } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  const text = `# the old one\n${authority}\n# the new one\n${authority}`;
  await writeFile(file, text);
  expect(await readCaBundle(file)).toBe(text);
});

test.each([
  ['nothing', '', 'holds no certificate'],
  ['something else', 'not a certificate', 'holds no certificate'],
  [
    'a key',
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    'holds a private key, which would be published',
  ],
  ['half a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n', 'holds no certificate'],
  ['a broken certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', 'write it anew'],
])('a file with %s is refused before the API server is told to trust it', async (_name, text, said) => {
  await writeFile(file, text);
  await expect(readCaBundle(file)).rejects.toThrow(said);
});
