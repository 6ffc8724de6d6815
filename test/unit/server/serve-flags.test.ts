import { expect, test } from '@jest/globals';
import { pillion } from '../cli/command-line.ts';

const serve = (...flags: readonly string[]) => pillion(['serve', '--certificate', 'c', '--key', 'k', ...flags]);

test.each([
  'https://hooks.example/base',
  'https://hooks.example/base/',
  'https://hooks.example/?a=b',
  'https://hooks.example/#there',
  'https://somebody:secret@hooks.example',
])('--webhook-url %s is refused: only host and port would count', async (url) => {
  const outcome = await serve('--ca', 'c', '--webhook-url', url);
  expect(outcome.exit).toBe(2);
  expect(outcome.stderr).toContain(
    '--webhook-url takes only https://HOST[:PORT], here https://hooks.example: no user, path, query or fragment',
  );
  expect(outcome.stderr).not.toContain('secret');
});

test.each(['0', '65536', '99999'])('--webhook-service with port %s is refused', async (port) => {
  const outcome = await serve('--ca', 'c', '--webhook-service', `mesh/pillion:${port}`);
  expect(outcome).toMatchObject({ exit: 2, stderr: expect.stringContaining(`${port} is not a port from 1 to 65535`) });
});

test.each([
  [['--watchdog'], '--watchdog needs --installed-as, and --webhook-service or --webhook-url'],
  [
    ['--watchdog', '--installed-as', 'pillion'],
    '--watchdog needs --installed-as, and --webhook-service or --webhook-url',
  ],
  [['--watchdog-every', '5m'], 'have no effect without --watchdog'],
  [['--watchdog', '--watchdog-every', '5 minutes'], 'Give a duration such as'],
  [['--watchdog', '--watchdog-per-hour', '0'], 'Give a whole number from 1 to 1000.'],
])('%j is refused: %s', async (flags, message) => {
  expect(await serve(...flags)).toMatchObject({ exit: 2, stderr: expect.stringContaining(message) });
});

test('--ca alone is refused, since nothing would be registered', async () => {
  const outcome = await serve('--ca', 'c');
  expect(outcome).toMatchObject({ exit: 2, stderr: expect.stringContaining('--ca has no effect without') });
});

test.each([
  ['--ca', 'c', '--webhook-url', 'https://hooks.example'],
  ['--ca', 'c', '--webhook-url', 'https://hooks.example:8443/'],
  ['--ca', 'c', '--webhook-url', 'https://[::1]:443'],
  ['--ca', 'c', '--webhook-service', 'mesh/pillion'],
  ['--ca', 'c', '--webhook-service', 'mesh/pillion:65535'],
  [],
])('the server is started with %s %s %s %s', async (...flags) => {
  expect((await serve(...flags)).stderr).toContain('no server in this test');
});

const ADDRESS = ['--webhook-service', 'mesh/pillion'];
const SELF = ['--self-signed', '--installed-as', 'pillion', ...ADDRESS];

test.each<[string, readonly string[]]>([
  ['serve needs a certificate', []],
  ['serve needs a certificate', ['--certificate', 'c']],
  ['need --ca FILE, or --self-signed', ['--certificate', 'c', '--key', 'k', ...ADDRESS]],
  ['have no effect without --self-signed', ['--certificate', 'c', '--key', 'k', '--leaf-lifetime', '24h']],
  ['have no effect without --self-signed', ['--certificate', 'c', '--key', 'k', '--authority-settle', '5s']],
  ['give either --self-signed or --certificate', [...SELF, '--certificate', 'c']],
  ['give either --self-signed or --certificate', [...SELF, '--ca', 'c']],
  ['--self-signed needs --webhook-service or --webhook-url', ['--self-signed', '--installed-as', 'pillion']],
  ['--self-signed needs --installed-as NAME', ['--self-signed', ...ADDRESS]],
  ['from 10s to 720h', [...SELF, '--leaf-lifetime', '721h']],
  ['from 10s to 720h', [...SELF, '--leaf-lifetime', '7d']],
  ['from 0s to 1h', [...SELF, '--authority-settle', '61m']],
  ['give either --policy-objects or --policy', [...SELF, '--policy-objects', '--policy', 'f']],
  ['give either --policy-objects or --policy', [...SELF, '--policy-objects', '--profile', 'f']],
  [
    '--lease-duration has no effect without --installed-as',
    ['--certificate', 'c', '--key', 'k', '--lease-duration', '5s'],
  ],
  ['from 2s to 5m', [...SELF, '--lease-duration', '1s']],
])('refused because it %s: %j', async (said, flags) => {
  expect(await pillion(['serve', ...flags])).toMatchObject({ exit: 2, stderr: expect.stringContaining(said) });
});

test('with certificates of its own the server needs no file', async () => {
  const outcome = await pillion(['serve', ...SELF, '--leaf-lifetime', '24h', '--authority-settle', '0s']);
  expect(outcome.stderr).toContain('no server in this test');
});
