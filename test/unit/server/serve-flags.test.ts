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
