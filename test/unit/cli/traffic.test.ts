import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SCHEMA_NAMES } from '../../../src/core/api/published-schemas.ts';
import { pillion } from './command-line.ts';

const GOOD = 'service: {name: catalog, port: 8080}\n';
const WARNED = `${GOOD}outlierDetection: {consecutiveGatewayErrors: 5}\n`;
const WAIVED = `${WARNED}waivers: [{rule: MESH012, reason: agreed with the platform team, expires: "2027-01-31"}]\n`;
const BROKEN = `${GOOD}timeout: 5s\n`;
const REFUSED = 'service: {name: catalog, prot: 8080}\ntimeout: 3\nretries: off\n';
const files = {
  'good.yaml': GOOD,
  'warned.yaml': WARNED,
  'waived.yaml': WAIVED,
  'broken.yaml': BROKEN,
  'refused.yaml': REFUSED,
  'off.yaml': 'meshVersion: 1\ndefaults: {retries: none}\n',
  'bad-defaults.yaml': 'defaults: {timeot: 3s}\n',
};
const lint = (...args: string[]) => pillion(['traffic', 'lint', ...args], { files });
const explain = (...args: string[]) => pillion(['traffic', 'explain', ...args], { files });

test('lint tells each place with its rule and what to do, and counts', async () => {
  expect(await lint('broken.yaml', 'good.yaml', 'waived.yaml', 'warned.yaml')).toEqual({
    exit: 1,
    stdout: [
      'broken.yaml:2:1: error MESH001 /timeout: 3 tries of perTryTimeout 3s (defaults) and pauses of 100ms take 9100ms; timeout 5s; perTryTimeout: 1633ms would fit',
      '  Raise timeout, or lower perTryTimeout or attempts; retries: none when no retry is wanted.',
      'waived.yaml:2:20: waived MESH012 /outlierDetection/consecutiveGatewayErrors: consecutiveGatewayErrors 5 has no effect beside consecutive5xx 5 (defaults)',
      '  waived until 2027-01-31: agreed with the platform team',
      'warned.yaml:2:20: warning MESH012 /outlierDetection/consecutiveGatewayErrors: consecutiveGatewayErrors 5 has no effect beside consecutive5xx 5 (defaults)',
      '  Write a consecutiveGatewayErrors below consecutive5xx.',
      '',
    ].join('\n'),
    stderr: '1 error, 1 warning, 1 waived in 4 files\n',
  });
});

test('lint exits with 1 on errors, on warnings only with --strict, and never on what is waived', async () => {
  expect(await lint('good.yaml')).toEqual({
    exit: 0,
    stdout: '',
    stderr: '0 errors, 0 warnings, 0 waived in 1 file\n',
  });
  expect((await lint('warned.yaml')).exit).toBe(0);
  expect((await lint('warned.yaml', '--strict')).exit).toBe(1);
  expect((await lint('waived.yaml', '--strict')).exit).toBe(0);
});

test('a file that cannot be read as traffic values is refused, and the others are judged all the same', async () => {
  const { exit, stdout, stderr } = await lint('refused.yaml', 'broken.yaml');
  expect([exit, stdout]).toEqual([2, expect.stringContaining('broken.yaml:2:1: error MESH001')]);
  expect(stderr.split('\n').slice(0, -2)).toEqual([
    'PIL002: a document is refused',
    '  refused.yaml:1:1: /service: lacks the key port',
    '  refused.yaml:1:26: /service/prot: is not a key that is known here; did you mean port?',
    '  refused.yaml:2:1: /timeout: is 3; accepted: none, or a duration such as 900ms, 3s or 1m30s',
    '  refused.yaml:3:1: /retries: is "off"; accepted: none, or a group of fields',
  ]);
});

test('a misspelt key or word is answered with the one that was probably meant', async () => {
  const text = `${GOOD}retries: {atempts: 2, retryOn: [connect-failur, "503", resets, 604]}\nloadBalancing: {algorithm: randm}\n`;
  const { stderr } = await pillion(['traffic', 'lint', 'v.yaml'], { files: { 'v.yaml': text } });
  const words = /: (?<path>\/\S+): is (?<got>\S+).*?(?<next>did you mean .*|accepted: (?!one).*|"503")$/;
  expect(stderr.split('\n').flatMap((line) => words.exec(line)?.slice(1).join(' ') ?? [])).toEqual([
    '/retries/atempts not did you mean attempts?',
    '/retries/retryOn/0 "connect-failur"; did you mean connect-failure?',
    '/retries/retryOn/2 "resets"; did you mean reset?',
    '/retries/retryOn/3 604; "503"',
    '/loadBalancing/algorithm "randm"; accepted: round-robin, least-request, random, consistent-hash',
  ]);
});

test('lint for machines holds findings and problems alike', async () => {
  const { exit, stdout } = await lint('refused.yaml', 'broken.yaml', '-o', 'json');
  expect(exit).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [{ rule: 'MESH001', level: 'error', file: 'broken.yaml', line: 2, column: 1, path: '/timeout' }],
    problems: [{ file: 'refused.yaml' }, { path: '/service/prot' }, { path: '/timeout' }, { path: '/retries' }],
  });
});

test('--defaults takes the place of the built-in defaults, and a bad one is refused', async () => {
  expect((await lint('broken.yaml', '--defaults', 'off.yaml')).exit).toBe(0);
  const { exit, stderr } = await lint('good.yaml', '--defaults', 'bad-defaults.yaml');
  expect(exit).toBe(2);
  expect(stderr).toContain(
    'bad-defaults.yaml:1:12: /defaults/timeot: is not a key that is known here; did you mean timeout?',
  );
  expect((await lint('nowhere.yaml')).exit).toBe(2);
  expect((await lint()).exit).toBe(2);
});

test('explain prints every value that counts, with who chose it, as wide as the terminal', async () => {
  const dependsOn = Array.from({ length: 12 }, (_, index) => `namespace-${index}/service-${index}`).join(', ');
  const routes = 'routes: [{name: search, match: [{path: {prefix: /search}}], retries: none}]';
  const text = `service: {name: catalog, port: 8080, tier: critical}\nenvironment: staging\ndependsOn: [${dependsOn}]\n${routes}\n`;
  const { exit, stdout, stderr } = await pillion(['traffic', 'explain', '-'], { stdin: text });
  expect([exit, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  const words = lines.map((line) => line.trim().split(/ {2,}/));
  expect(words).toContainEqual(['value', 'says', 'chosen by']);
  expect(words).toContainEqual(['name', 'catalog', 'project']);
  expect(words).toContainEqual(['timeout', '3s', 'tier critical']);
  expect(words).toContainEqual(['sampling', '10', 'environment staging']);
  expect(words).toContainEqual(['backoff', '25ms', 'defaults']);
  expect(words).toContainEqual(['fault', 'none', 'built in']);
  expect(lines.map((line) => line.trimEnd())).toContain('  search');
  expect(words).toContainEqual(['retries', 'none', 'project']);
});

test('explain for machines, and what breaks a rule on stderr for people', async () => {
  const { stdout } = await explain('broken.yaml', '-o', 'yaml');
  expect(parse(stdout)).toMatchObject({
    values: { timeout: '5s', retries: { attempts: 2 } },
    origins: { '/timeout': 'project', '/retries/attempts': 'defaults' },
    findings: [{ rule: 'MESH001' }],
  });
  expect(await explain('broken.yaml')).toMatchObject({ exit: 0, stderr: expect.stringContaining('MESH001') });
  expect((await explain('refused.yaml')).exit).toBe(2);
});

test('nothing of a user reaches a terminal as a control character', async () => {
  const reason = 'because \\u001b[31m of \\n this';
  const stdin = `${WARNED}waivers: [{rule: MESH012, reason: "${reason}", expires: "2027-01-31"}]\n`;
  const { stdout } = await pillion(['traffic', 'lint', '-'], { stdin });
  expect(stdout).toContain('because \\u001b[31m of \\u000a this');
});

test.each(SCHEMA_NAMES)('schema %s prints a JSON Schema', async (name) => {
  const { exit, stdout } = await pillion(['schema', name]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: expect.stringContaining('Pillion'),
  });
});

test('schema of something else is a mistake in use', async () => {
  expect((await pillion(['schema', 'value'])).exit).toBe(2);
});
