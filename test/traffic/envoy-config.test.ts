import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { renderBootstrap } from '../../src/core/xds/bootstrap.ts';
import { yamlText } from '../../src/core/xds/yaml-text.ts';
import { findEnvoy } from '../envoy/binary.ts';
import { PROFILE_VARIANTS, profileSpec } from './profile-variants.ts';

const run = promisify(execFile);
let envoy: string;
let folder: string;

beforeAll(async () => {
  envoy = await findEnvoy();
  folder = await mkdtemp(join(tmpdir(), 'pillion-envoy-'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(PROFILE_VARIANTS)('the real Envoy takes the configuration of %j', async (variant) => {
  const configuration = renderBootstrap(profileSpec(variant));
  const text = yamlText(configuration);
  // nothing is lost on the way through YAML
  expect(parse(text, { version: '1.1' })).toEqual(configuration);
  expect(Buffer.byteLength(text)).toBeLessThan(32 * 1024);
  const file = join(folder, 'envoy.yaml');
  await writeFile(file, text);
  const words = ['--mode', 'validate', '--config-path', file, '--log-level', 'warning'];
  const env = { ...process.env, OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop' };
  const { stderr } = await run(envoy, words, { env });
  // a deprecated field would be named here
  expect(stderr).toBe('');
});

test('the real Envoy refuses a configuration that is wrong, so that the test above can fail', async () => {
  const file = join(folder, 'wrong.json');
  await writeFile(file, JSON.stringify({ static_resources: { listeners: [{ nam: 'x' }] } }));
  await expect(run(envoy, ['--mode', 'validate', '--config-path', file])).rejects.toThrow();
});
