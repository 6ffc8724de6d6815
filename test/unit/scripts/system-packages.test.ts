import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createProgress } from '../../../scripts/progress.mjs';
import { MissingNeed } from '../../needs/missing-need.ts';
import { SystemPackages, type SystemPackagesOptions } from '../../needs/system-packages.ts';

// the lock is a folder; a package is named as the command that it brings; what is asked for stands in `calls`
const APT_GET = `#!/bin/sh
cd "$(dirname "$0")/.." || exit 1
if ! mkdir lock 2>/dev/null; then
  echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)' >&2
  exit 100
fi
echo "$*" >>calls
sleep 0.1
for word in "$@"; do
  case $word in
    pillion-*) printf '#!/bin/sh\\n' >bin/"$word" && chmod +x bin/"$word" ;;
  esac
done
rmdir lock
`;

let folder: string;
let said: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packages-'));
  said = '';
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'apt-get'), APT_GET, { mode: 0o755 });
});

afterEach(() => rm(folder, { recursive: true }));

function progress() {
  const stream = new PassThrough();
  stream.on('data', (chunk) => {
    said += chunk;
  });
  return createProgress(stream as never);
}

const packages = (options: SystemPackagesOptions = {}, yes = '1') =>
  new SystemPackages({
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, PILLION_YES: yes },
    isRoot: () => true,
    retryMs: 20,
    ...options,
  });
const named = (...names: readonly string[]) => names.map((name) => ({ command: name, package: name }));
const lock = () => join(folder, 'lock');
const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');

test('suites that need packages at the same time get them one after the other, from lists that are read once', async () => {
  const system = packages({ patienceMs: 0 });
  const needs = [named('pillion-a', 'pillion-b'), named('pillion-c', 'pillion-b'), named('pillion-a')];
  await Promise.all(needs.map((commands) => system.require(commands, progress())));
  const [first, ...others] = await calls();
  expect(first).toBe('-qq update');
  const installed = others.flatMap((call) => call.split(' ').filter((word) => word.startsWith('pillion-')));
  // with no patience, a call that had met the lock would have failed
  expect(installed.sort()).toEqual(['pillion-a', 'pillion-b', 'pillion-c']);
});

test('one that cannot be had does not keep the next from its own', async () => {
  const system = packages();
  const impossible = system.require([{ command: 'pillion-a', package: 'without-it' }], progress());
  const possible = system.require(named('pillion-b'), progress());
  await expect(impossible).rejects.toThrow('without-it is installed and brings no pillion-a');
  await possible;
});

test('a lock that another process holds is waited for, and whose it is is said', async () => {
  await mkdir(lock());
  const installed = packages().require(named('pillion-a'), progress());
  while (!said.includes('waits for')) await new Promise((resolve) => setTimeout(resolve, 5));
  await rmdir(lock());
  await installed;
  expect(said).toContain("apt-get install pillion-a: waits for process 4711 (apt-get), which holds apt's lock");
  expect(said).toContain('✓ apt-get install pillion-a');
  expect(await calls()).toHaveLength(2);
});

test('patience has an end', async () => {
  await mkdir(lock());
  const refused = packages({ patienceMs: 60 }).require(named('pillion-a'), progress());
  await expect(refused).rejects.toThrow(/Could not get lock[\s\S]*apt-get update failed: run it by hand/);
});

test('nothing is installed unasked, nor without root', async () => {
  const unasked = packages({}, '').require(named('pillion-a'), progress());
  await expect(unasked).rejects.toThrow(MissingNeed);
  await expect(unasked).rejects.toThrow('get it by: apt-get install pillion-a, or npm test -- --yes');
  const unprivileged = packages({ isRoot: () => false }).require(named('pillion-a'), progress());
  await expect(unprivileged).rejects.toThrow('sudo apt-get install pillion-a');
  await expect(calls()).rejects.toThrow('ENOENT');
});
