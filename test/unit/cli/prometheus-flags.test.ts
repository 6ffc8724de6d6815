import { expect, test } from '@jest/globals';
import { prometheusOf } from '../../../src/cli/prometheus-flags.ts';
import type { KubeTransport } from '../../../src/cluster/transport.ts';
import { pillion } from './command-line.ts';

test('the help says where the address comes from, and no password that stands in it', async () => {
  const variables = { PILLION_PROMETHEUS: 'https://ops:hunter2@metrics.example' };
  const { exit, stdout } = await pillion(['rollout', 'gates', '--help'], { variables });
  expect(exit).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain('(default: $PILLION_PROMETHEUS)');
  expect(stdout).not.toContain('hunter2');
});

// nobody is asked before the flags are read
const NOBODY: KubeTransport = { open: () => Promise.reject(new Error('was asked')) } as unknown as KubeTransport;
const readFile = async (file: string) => `${file}\n`;

test('an address that is none is named without its password', async () => {
  const prometheus = 'https://ops:hunter2@metrics.example/?tenant=1';
  await expect(prometheusOf({ prometheus }, NOBODY, { readFile })).rejects.toMatchObject({
    code: 'PIL003',
    problems: [
      { message: expect.stringContaining('--prometheus "https://...@metrics.example/?tenant=1" is no address') },
    ],
  });
});

test('a variable that is set to nothing names no file', async () => {
  const flags = { prometheus: 'https://ops:hunter2@metrics.example', prometheusTokenFile: '' };
  const prometheus = await prometheusOf(flags, NOBODY, { readFile: () => Promise.reject(new Error('was read')) });
  expect(prometheus?.where).toBe('https://metrics.example');
});

test('a token goes over http to this machine alone', async () => {
  const flags = (prometheus: string) => ({ prometheus, prometheusTokenFile: 'token' });
  await expect(prometheusOf(flags('http://metrics.example:9090'), NOBODY, { readFile })).rejects.toMatchObject({
    code: 'PIL003',
    problems: [{ message: expect.stringContaining('name an https:// address') }],
  });
  expect((await prometheusOf(flags('http://127.0.0.1:9090'), NOBODY, { readFile }))?.where).toBe(
    'http://127.0.0.1:9090',
  );
});
