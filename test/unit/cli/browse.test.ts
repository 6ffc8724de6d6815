import { expect, test } from '@jest/globals';
import { browse, browserOpener } from '../../../src/cli/browse.ts';

test.each([
  ['a desktop', 'linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['another desktop', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['a server', 'linux', {}, undefined],
  [
    'a shell from elsewhere, with its windows there',
    'linux',
    { DISPLAY: ':10', SSH_CONNECTION: '192.0.2.1' },
    undefined,
  ],
  ['a Mac', 'darwin', {}, 'open'],
  ['a Mac from elsewhere', 'darwin', { SSH_CONNECTION: '192.0.2.1' }, undefined],
] as const)('a browser is opened where somebody sees it: %s', (_, platform, env, opener) => {
  expect(browserOpener({ platform, env })).toBe(opener);
});

test('without a browser nothing is started', () => {
  expect(browse('http://127.0.0.1:1/', { platform: 'linux', env: {} })).toBe(false);
});
