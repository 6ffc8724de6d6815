import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { HELMS } from '../helm-runs.ts';
import { installedPlugin } from './plugin.ts';

const plugin = installedPlugin();

const service = { name: 'catalog', port: 8080 };
const MESH = 'service: {name: catalog, port: 8080}\n';
const PROD = 'replicas: 3\nmesh: {timeout: 4s, retries: {attempts: 1}}\n';

/** Files and flags, and the traffic values that they say together. */
const MERGED: readonly (readonly [
  what: string,
  files: Record<string, string>,
  flags: readonly string[],
  said: object,
])[] = [
  ['mesh.yaml alone', { 'mesh.yaml': MESH }, [], { service }],
  [
    'a file that -f names takes the place of mesh.yaml',
    { 'mesh.yaml': `${MESH}timeout: 9s\n`, 'mesh-other.yaml': 'service: {name: other, port: 1}\n' },
    ['-f', 'mesh-other.yaml'],
    { service: { name: 'other', port: 1 } },
  ],
  [
    'values of the project alone leave mesh.yaml in its place',
    { 'mesh.yaml': MESH, 'values-prod.yaml': 'replicas: 3\n' },
    ['-f', 'values-prod.yaml'],
    { service },
  ],
  [
    'a later file wins, key by key, whichever of the two forms it has',
    { 'mesh.yaml': `${MESH}timeout: 2s\nretries: {perTryTimeout: 900ms}\n`, 'prod.yaml': PROD },
    ['-f', 'mesh.yaml', '-f', 'prod.yaml'],
    { service, timeout: '4s', retries: { attempts: 1, perTryTimeout: '900ms' } },
  ],
  [
    'the other order',
    { 'mesh.yaml': `${MESH}timeout: 2s\nretries: {perTryTimeout: 900ms}\n`, 'prod.yaml': PROD },
    ['-f', 'prod.yaml,mesh.yaml'],
    { service, timeout: '2s', retries: { attempts: 1, perTryTimeout: '900ms' } },
  ],
  [
    'a file that says a meshVersion is traffic values, whatever its name is',
    { 'catalog.yaml': `meshVersion: 1\n${MESH}` },
    ['-f', 'catalog.yaml'],
    { meshVersion: 1, service },
  ],
  [
    '--set and its kin win over files',
    { 'mesh.yaml': `${MESH}timeout: 2s\ndependsOn: [a, b]\n`, 'timeout.txt': '30s' },
    [
      '--set',
      'mesh.service.port=9000',
      '--set-json',
      'mesh.dependsOn=["c"]',
      '--set-string',
      'mesh.service.version=7',
      '--set-file',
      'mesh.timeout=timeout.txt',
    ],
    { service: { ...service, port: 9000, version: '7' }, timeout: '30s', dependsOn: ['c'] },
  ],
  [
    'null takes a value back, also one of a group or a whole group',
    {
      'mesh.yaml': `${MESH}timeout: 2s\ntls: {mode: mesh}\nretries: {attempts: 1, perTryTimeout: 900ms}\n`,
      'mesh-prod.yaml': 'timeout: null\ntls: null\nretries: {perTryTimeout: ~}\n',
    },
    ['-f', 'mesh.yaml', '-f', 'mesh-prod.yaml', '--set', 'mesh.retries.attempts=2'],
    { service, retries: { attempts: 2 } },
  ],
  ['--set may say null as well', { 'mesh.yaml': `${MESH}timeout: 2s\n` }, ['--set', 'mesh.timeout=null'], { service }],
  [
    'the values.yaml of the chart is below all of them',
    {
      'chart/Chart.yaml': 'apiVersion: v2\nname: jobs\nversion: 0.1.0\n',
      'chart/values.yaml': 'mesh:\n  service: {name: jobs, port: 80}\n  timeout: 1s\n  retries: none\n',
      'chart/templates/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: jobs\n  annotations: {{- toYaml .Values.podAnnotations | nindent 4 }}\n  labels: {{- toYaml .Values.podLabels | nindent 4 }}\n',
      'prod.yaml': 'mesh: {timeout: 2s}\n',
    },
    ['--chart', 'chart', '-f', 'prod.yaml'],
    { service: { name: 'jobs', port: 80 }, timeout: '2s', retries: 'none' },
  ],
];

test.each(MERGED)('%s', async (_, files, flags, said) => {
  const folder = await plugin.workspace(files);
  for (const major of HELMS) {
    const { code, stderr } = await plugin.run(major, folder, ['generate', '-o', 'out', ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^out: /) });
    expect(parse(await readFile(join(folder, 'out/values.yaml'), 'utf8'))['mesh-standard']).toEqual(said);
  }
});

test.each(['__proto__', 'constructor', 'toString'])('the key %s is one like any other, and so refused', async (key) => {
  const folder = await plugin.workspace({ 'mesh.yaml': `${MESH}${key}: {polluted: true}\n` });
  const { code, stderr } = await plugin.run(3, folder, ['lint']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`mesh.yaml:2:1: /${key}: is not a key that is known here; remove it`),
  });
});

test('the project’s own values reach its chart, and traffic values alone do not', async () => {
  const folder = await plugin.workspace({
    'mesh.yaml': MESH,
    'prod.yaml': 'image: app:2\n',
    'chart/Chart.yaml': 'apiVersion: v2\nname: jobs\nversion: 0.1.0\n',
    'chart/values.schema.json': JSON.stringify({
      properties: { image: {}, podAnnotations: {}, podLabels: {}, 'mesh-standard': {}, global: {} },
      additionalProperties: false,
    }),
    'chart/templates/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: jobs\n  annotations: {{- toYaml .Values.podAnnotations | nindent 4 }}\n  labels: {{- toYaml .Values.podLabels | nindent 4 }}\nspec: {containers: [{name: app, image: {{ .Values.image | quote }}}]}\n',
  });
  const args = ['template', 'live', '--chart', 'chart', '-f', 'mesh.yaml', '-f', 'prod.yaml'];
  const { code, stdout, stderr } = await plugin.run(4, folder, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('image: "app:2"');
});

test.each(HELMS)('Helm %i: a chart with a strict schema is told what it has to allow', async (major) => {
  const folder = await plugin.workspace({
    'mesh.yaml': `${MESH}sidecar: {podAnnotationsAt: app.podAnnotations}\n`,
    'chart/Chart.yaml': 'apiVersion: v2\nname: jobs\nversion: 0.1.0\n',
    'chart/values.yaml': 'app: {image: "app:1"}\n',
    'chart/values.schema.json': JSON.stringify({
      properties: { app: { properties: { image: {} }, additionalProperties: false } },
      additionalProperties: false,
    }),
    'chart/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: jobs}\n',
  });
  const { code, stderr } = await plugin.run(major, folder, ['generate', '-o', 'out', '--chart', 'chart']);
  expect(code).toBe(1);
  const [, refused = '', allowed = ''] =
    /^ {2}chart\/values\.schema\.json: does not allow (.+), which helm pillion .*: (\/.+)$/m.exec(stderr) ?? [];
  expect(refused.split(', ').sort()).toEqual(['/app/podAnnotations', '/mesh-standard', '/podLabels']);
  expect(allowed.split(', ').sort()).toEqual(['/app/podAnnotations', '/global', '/mesh-standard', '/podLabels']);
});

test('a file at an address is Helm’s to read', async () => {
  const server = createServer((_, response) => response.end('mesh: {timeout: 1s}\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/values.yaml`;
  const folder = await plugin.workspace({ 'mesh.yaml': MESH });
  const { stdout, stderr } = await plugin.run(3, folder, ['explain', '-f', 'mesh.yaml', '-f', address]);
  server.close();
  expect(stderr).toContain(`${address}: error MESH002 /mesh/timeout: `);
  expect(stdout).toMatch(/^timeout +1s +project$/m);
});
