import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';
import { findEnvoy } from './binary.ts';

const run = promisify(execFile);

export interface Validation {
  /** The words with which Envoy is started, from the path of its configuration; without it only that path. */
  readonly words?: (file: string) => readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * What the real Envoy says of configurations, for the tests of one file.
 * @returns takes a configuration as text, and gives what Envoy writes on standard error: nothing, or warnings such as of deprecated fields;
 * rejects where Envoy refuses it
 */
export function envoyValidation(): (text: string, how?: Validation) => Promise<string> {
  let envoy: string;
  let folder: string;
  beforeAll(async () => {
    envoy = await findEnvoy();
    folder = await mkdtemp(join(tmpdir(), 'pillion-envoy-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return async (text, { words = onlyItsPath, variables = {} } = {}) => {
    const file = join(folder, 'envoy.yaml');
    await writeFile(file, text);
    const { stderr } = await run(envoy, [...words(file), '--mode', 'validate'], {
      env: { ...process.env, ...variables },
    });
    return stderr;
  };
}

const onlyItsPath = (file: string) => ['--config-path', file, '--log-level', 'warning'];
