import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sandboxCommand } from '../node/sandbox.ts';
import { injectedContainers } from './injected-containers.ts';

// What the redirect container may do is the least with which nftables takes its rules, found by trying:
// - NET_ADMIN, because the kernel lets nobody else change rules (net/netfilter/nfnetlink.c, netlink_net_capable);
// - root, because a process of another user loses its capabilities when the container's program starts, and Kubernetes can give no
//   ambient ones (KEP-2763);
// - nothing else: not NET_RAW, which iptables needs, no file to write, no way to more privileges.

interface Rights {
  readonly user: number;
  readonly capabilities: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
}

const OTHER_USER = 1000;
const EVERY_COMBINATION: readonly Rights[] = [0, OTHER_USER].flatMap((user) =>
  [[], ['NET_ADMIN'], ['NET_RAW'], ['NET_ADMIN', 'NET_RAW']].flatMap((capabilities) =>
    [false, true].flatMap((readOnlyRoot) =>
      [false, true].map((noNewPrivileges) => ({ user, capabilities, readOnlyRoot, noNewPrivileges })),
    ),
  ),
);

const { command, args, securityContext } = injectedContainers().redirect;
const REDIRECT = [...command, ...args];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-rights-'));
  // other users enter it as well
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'usr'));
  for (const name of ['proc', 'dev', 'tmp']) await mkdir(join(folder, name));
  for (const name of ['lib', 'lib64', 'bin', 'sbin']) await symlink(`usr/${name}`, join(folder, name));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const SCRIPT = `root=$1 mode=$2 user=$3 bounds=$4 privileges=$5 ambient=$6; shift 6
mount --bind "$root" "$root" && mount --rbind /usr "$root/usr" && mount -o remount,bind,$mode "$root" || exit 99
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --bounding-set "$bounds" $privileges $ambient "$@"`;

/** Runs words in a network of their own as a container runtime would; resolves with whether they succeeded. */
function succeeds(rights: Rights, words: readonly string[], ambient = false): Promise<boolean> {
  const caps = rights.capabilities.map((name) => `+${name.toLowerCase()}`);
  const more = ambient ? `--inh-caps=${caps.join(',')} --ambient-caps=${caps.join(',')}` : '';
  const options = [
    folder,
    rights.readOnlyRoot ? 'ro' : 'rw',
    String(rights.user),
    ['-all', ...caps].join(','),
    rights.noNewPrivileges ? '--no-new-privs' : '',
    more,
  ];
  return exits(['unshare', '--net', '--mount', 'sh', '-c', SCRIPT, 'sh', ...options, ...words]);
}

function exits([file = '', ...rest]: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    execFile(file, rest, (error, _, stderr) => {
      if (error === null) resolve(true);
      // only the kernel's refusal counts: anything else would be a fault of this test
      else if (/Operation not permitted|you must be root/.test(stderr)) resolve(false);
      else reject(new Error(stderr || error.message));
    });
  });
}

test('the redirect is installed by root with NET_ADMIN, and by nobody else, whatever else there is', async () => {
  const outcomes = await Promise.all(
    EVERY_COMBINATION.map(async (rights) => ({ ...rights, succeeds: await succeeds(rights, REDIRECT) })),
  );
  expect(outcomes).toEqual(
    EVERY_COMBINATION.map((rights) => ({
      ...rights,
      succeeds: rights.user === 0 && rights.capabilities.includes('NET_ADMIN'),
    })),
  );
});

test('the profile gives the least of what succeeds', async () => {
  const given = securityContext as Record<string, unknown> & { readonly capabilities: { readonly add: string[] } };
  const rights: Rights = {
    user: given.runAsUser as number,
    capabilities: given.capabilities.add,
    readOnlyRoot: given.readOnlyRootFilesystem === true,
    noNewPrivileges: given.allowPrivilegeEscalation === false,
  };
  expect(given).toMatchObject({ privileged: false, capabilities: { drop: ['ALL'] } });
  expect(await succeeds(rights, REDIRECT)).toBe(true);
  const less: readonly Rights[] = [
    { ...rights, user: OTHER_USER },
    ...rights.capabilities.map((one) => ({
      ...rights,
      capabilities: rights.capabilities.filter((name) => name !== one),
    })),
  ];
  for (const weaker of less) expect(await succeeds(weaker, REDIRECT)).toBe(false);
  // of what a container can be kept from, all is taken
  expect([rights.readOnlyRoot, rights.noNewPrivileges]).toEqual([true, true]);
});

test('another user could install it with an ambient capability, so that it is Kubernetes that needs root', async () => {
  const rights = { user: OTHER_USER, capabilities: ['NET_ADMIN'], readOnlyRoot: true, noNewPrivileges: true };
  expect(await succeeds(rights, REDIRECT, true)).toBe(true);
});

test('a root that is read-only cannot be written to, so that the table above says something', async () => {
  const rights = { user: 0, capabilities: [], noNewPrivileges: true };
  const write = ['sh', '-c', 'touch /tmp/x || { echo Operation not permitted >&2; exit 1; }'];
  expect(await succeeds({ ...rights, readOnlyRoot: false }, write)).toBe(true);
  expect(await succeeds({ ...rights, readOnlyRoot: true }, write)).toBe(false);
});

test.each([
  ['root with NET_ADMIN', 0, ['NET_ADMIN'], true],
  ['root without a capability', 0, [], false],
  ['root with NET_RAW', 0, ['NET_RAW'], false],
  ['another user with NET_ADMIN', OTHER_USER, ['NET_ADMIN'], false],
])('in the sandbox in which the lab runs containers it is the same: %s', async (_, user, capabilities, expected) => {
  const words = sandboxCommand({
    ...{ root: folder, user, group: user, groups: [], capabilities, environment: {}, hostname: 'redirect' },
    mounts: [{ from: '/usr', to: '/usr', writable: false }],
    command: REDIRECT,
  });
  expect(await exits(['unshare', '--net', ...words])).toBe(expected);
});
