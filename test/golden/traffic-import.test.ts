import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { OWN_GATEWAY } from '../../src/core/traffic/import/gateway-servers.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Objects of Istio's, and beside each file what is read from it. UPDATE_GOLDEN=1 npm test -- golden writes it.
const root = new URL('./traffic-import/', import.meta.url);
const files = readdirSync(root).filter((leaf) => leaf.endsWith('.yaml'));

test.each(files)('%s', async (file) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  const { exit, stdout, stderr } = await pillion(['traffic', 'import', '-f', file], { files: { [file]: text } });
  const left = stderr === '' ? '' : `--- left behind\n${stderr}`;
  expectFile(new URL(file.replace('.yaml', '.txt'), root), `${stdout}${left}exit code ${exit}\n`);
});

test('the same for machines, with every place', async () => {
  const text = readFileSync(new URL('reviews.yaml', root), 'utf8');
  const { exit, stdout } = await pillion(['traffic', 'import', '-f', 'r.yaml', '-o', 'json'], {
    files: { 'r.yaml': text },
  });
  const { services, left } = JSON.parse(stdout);
  expect([exit, services[0].namespace, services[0].values.canary.weight]).toEqual([1, 'shop', 25]);
  expect(left[0]).toEqual({
    object: 'DestinationRule shop/reviews',
    path: '/spec/subsets/1/trafficPolicy',
    message: 'traffic values have no word for it',
    ...{ file: 'r.yaml', line: 39, column: 41 },
  });
});

test('a Gateway of a service’s own is compared with the one that the central templates make', () => {
  const installation = new URL('../../charts/mesh-standard/files/installation.yaml', import.meta.url);
  expect(parse(readFileSync(installation, 'utf8')).gateway).toEqual(OWN_GATEWAY);
});

test('what the tier and the environment choose is not said again', async () => {
  const rule = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      hosts: ['web'],
      http: [
        { timeout: '30s', retries: { attempts: 0 }, route: [{ destination: { host: 'web', port: { number: 80 } } }] },
      ],
    },
  };
  const run = async (...flags: string[]) => {
    const files = { 'v.json': JSON.stringify(rule) };
    return (await pillion(['traffic', 'import', '-f', 'v.json', ...flags], { files })).stdout;
  };
  expect(await run()).toContain('timeout: 30s\nretries: none\n');
  const chosen = await run('--tier', 'best-effort', '--environment', 'dev');
  expect(chosen).toContain('environment: dev\nservice:\n  name: web\n  port: 80\n  tier: best-effort\n');
  expect(chosen).not.toMatch(/timeout|retries:/);
});

test.each([
  [
    'nothing of Istio',
    'kind: Service\napiVersion: v1\nmetadata: {name: x}\n',
    'PIL004',
    'is a VirtualService or DestinationRule',
  ],
  ['no YAML', 'kind: [', 'PIL002', 'f.yaml:1:'],
])('%s is an error that says what is wanted', async (_, text, code, words) => {
  const { exit, stdout, stderr } = await pillion(['traffic', 'import', '-f', 'f.yaml'], { files: { 'f.yaml': text } });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(code);
  expect(stderr).toContain(words);
});
