import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROGRAMS, versionIn } from '../../controlplane/program.ts';
import { moduleFolder, readToolModule } from '../../controlplane/tool-module.ts';

test.each(PROGRAMS)('$name is a tool of the module that it is built from', async ({ module, package: path }) => {
  const { tools, version, key } = await readToolModule(moduleFolder(module));
  expect(tools).toContain(path);
  expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
  expect(key).toContain(`${module}-${version}`);
});

test.each([
  ['the checksums', 'go.sum', 'example.com/m v1.0.0 h1:x=\n'],
  ['a program of its own', 'program/main.go', 'package main\n'],
])('the key changes with %s', async (_, file, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'module-'));
  const copy = join(folder, 'etcd');
  await cp(moduleFolder('etcd'), copy, { recursive: true });
  const before = await readToolModule(copy);
  await mkdir(join(copy, 'program'));
  await writeFile(join(copy, file), text);
  const after = await readToolModule(copy);
  await rm(folder, { recursive: true });
  expect(before.key).toBe((await readToolModule(moduleFolder('etcd'))).key);
  expect(after.key).not.toBe(before.key);
});

test.each([
  ['Kubernetes v1.37.2', { major: 1, minor: 37 }],
  ['etcd Version: 3.7.2\nGit SHA: Not provided', { major: 3, minor: 7 }],
  ['Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0', { major: 1, minor: 32 }],
  ['command not found', undefined],
])('the version in %j', (text, version) => {
  expect(versionIn(text)).toEqual(version);
});
