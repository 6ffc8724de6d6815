import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { yamlText } from '../../src/core/xds/yaml-text.ts';
import { eventually } from '../cluster/eventually.ts';
import { findEnvoy } from '../envoy/binary.ts';
import { type Guard, openGuard } from '../processes/guard.ts';

let envoy: string;
let guard: Guard;

beforeAll(async () => {
  envoy = await findEnvoy();
  guard = await openGuard();
});

afterAll(() => guard?.stop());

const answered = (socketPath: string, path: string) =>
  new Promise<string>((resolve, reject) => {
    request({ socketPath, path }, (response) => textOf(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });

/** Words that one YAML or another takes for something else, and signs that mean something somewhere. */
const TELLING = [
  ...[
    'yes',
    'No',
    'on',
    'OFF',
    'y',
    'n',
    'true',
    'null',
    '~',
    '',
    ' ',
    '-',
    '--- ',
    '...',
    '=',
    '<<',
    '.',
    '.inf',
    '-.NaN',
  ],
  ...['0', '007', '0x1F', '0o7', '0b1', '1_000', '1:30', '1e3', '+1', '-1.5', '2026-11-26', '190:20:30'],
  ...'?:,[]{}#&*!|>\'"%@`\\-=~'
    .split('')
    .flatMap((sign) => [sign, `${sign}a`, `a${sign}`, `a${sign}b`, `${sign} a`, `a ${sign} b`]),
];
const SOME = fc.oneof(
  fc.constantFrom(...TELLING),
  fc.string({ unit: fc.constantFrom(...TELLING, 'a', '\n', '\t', '\u0085', '\u2028', 'é', '🙂', '__proto__') }),
  fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed().replaceAll('\0', '')),
);

test('Envoy reads every text and key as it was written', async () => {
  const texts = [...TELLING, ...fc.sample(SOME, { numRuns: 2_000, seed: 1 })];
  const metadata = { texts, keys: Object.fromEntries(texts.map((text, index) => [text, index])) };
  const configuration = {
    node: { id: 'reader', cluster: 'reader', metadata },
    admin: { address: { pipe: { path: join(guard.folder, 'admin.sock') } } },
  };
  const file = join(guard.folder, 'texts.yaml');
  const log = join(guard.folder, 'envoy.log');
  await writeFile(file, yamlText(configuration));
  const args = ['--config-path', file, '--disable-hot-restart', '--log-level', 'warning'];
  const running = await guard.start({ command: envoy, args, log });
  let info = '';
  await eventually('Envoy tells what it read', async () => {
    info = await answered(configuration.admin.address.pipe.path, '/server_info').catch(() => '');
    return info !== '';
  });
  await running.stop();
  expect(JSON.parse(info).node.metadata).toEqual(metadata);
});
