import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DIST, programFiles, writeDist } from '../../scripts/image/dist.ts';
import { type Answer, ask } from '../needs/executable.ts';
import type { Stage } from './dockerfile.ts';
import { dockerfileStages } from './layout.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BASE = 'registry.example/distroless/nodejs24';
// npm ci of everything, on a machine that does other things
const WITHIN_MS = 300_000;

let folder: string;
let stage: Stage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-build-stage-'));
  stage = (await dockerfileStages()).get('build') as Stage;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where a path of the stage is here. */
const here = (path: string) => join(folder, path);

/** Runs a command of the stage, in its folder. What npm has in its cache already is not asked for again. */
const run = (command: string): Promise<Answer> => {
  const settings = { RUNTIME_IMAGE: BASE, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' };
  const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return ask('env', ['-C', here(stage.workdir), ...variables, 'sh', '-c', command], WITHIN_MS);
};

test('the files that the build stage copies, and its commands, make the very program that is tested', async () => {
  for (const { from, sources, to } of stage.copies) {
    expect(from).toBeUndefined();
    for (const source of sources)
      await cp(join(ROOT, source), to.endsWith('/') ? join(here(to), source) : here(to), { recursive: true });
  }
  // which files come before which command is the builder's concern: it caches what did not change
  for (const command of stage.runs) expect(await run(command)).toMatchObject({ code: 0 });
  const expected = join(folder, 'expected');
  await writeDist(ROOT, expected, BASE);
  const runtime = (await dockerfileStages()).get('runtime') as Stage;
  const [dist = ''] = runtime.copies.flatMap(({ sources }) => sources).filter((source) => source.endsWith('/'));
  const differing: string[] = [];
  const program = await programFiles(expected);
  expect(await programFiles(here(dist))).toEqual(program);
  for (const name of [...program, DIST.notices, DIST.sbom]) {
    const [made, wanted] = await Promise.all([readFile(here(`${dist}${name}`)), readFile(join(expected, name))]);
    if (!made.equals(wanted)) differing.push(name);
  }
  expect(differing).toEqual([]);
});
