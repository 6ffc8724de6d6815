import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesBelow } from '../../../src/cli/files-below.ts';
import { pillion } from './command-line.ts';

const BROKEN = 'service: {name: a, port: 80}\ntimeout: 5s\n';
const MANIFEST = [
  'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: b\n    annotations:',
  '      pillion.io/traffic: "{service: {name: b, port: 80}, timeout: 5s}"\n  spec: {ports: [{port: 80}]}\n',
].join('\n');
const files = {
  'all/a/mesh.yaml': BROKEN,
  'all/b/service.yaml': MANIFEST,
  'all/c/values.yaml': `image: nginx\nservice: {name: http, port: 80, type: ClusterIP}\nreplicas: 2\ntag: x\nmesh:\n  service: {name: c, port: 80}\n  timeout: 5s\n`,
  'all/c/values-staging.yaml': 'mesh: {environment: staging}\n',
  'all/d/values.yaml':
    'image: nginx\nservice: {name: http, port: 80, type: ClusterIP}\nreplicas: 2\ntag: x\nresources: {}\n',
  'all/defaults.yaml': 'meshVersion: 1\ndefaults: {timeout: 3s}\n',
  'all/notes.md': BROKEN,
  'all/broken.json': '{"colour": [}',
  'none/values.yaml': 'image: nginx\n',
};
const lint = (...args: readonly string[]) => pillion(['traffic', 'lint', ...args], { files });
const placesOf = (stdout: string) =>
  stdout.split('\n').flatMap((line) => /^(\S+?): (\w+ MESH\d+)/.exec(line)?.slice(1).join(' ') ?? []);

test('values are found in files of their own, in the values of charts and on Services, each with its place', async () => {
  const { exit, stdout, stderr } = await lint('all');
  expect(exit).toBe(1);
  expect(placesOf(stdout)).toEqual([
    'all/a/mesh.yaml:2:1 error MESH001',
    'all/b/service.yaml:9:7 error MESH001',
    'all/c/values.yaml:7:3 error MESH001',
  ]);
  expect(stderr).toBe(
    'all/c/values-staging.yaml:1:1: /mesh: names no service, so it counts only over other values: not judged\n3 errors, 0 warnings, 0 waived in 3 files\n',
  );
});

test('what the plain Envoy leaves out of values on a Service is told at its place, and is no finding', async () => {
  const manifest = (clusterIP: string) =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: b\n  annotations:\n    pillion.io/traffic: |\n      service: {name: b, port: 80}\n      loadBalancing: {warmup: 30s}\nspec: {clusterIP: ${clusterIP}, selector: {app: b}, ports: [{port: 80}]}\n`;
  const told = async (clusterIP: string) =>
    pillion(['traffic', 'lint', 'b.yaml', '--strict'], { files: { 'b.yaml': manifest(clusterIP) } });
  const left = await told('10.0.0.7');
  expect([left.exit, left.stdout]).toEqual([0, '']);
  expect(left.stderr).toContain('b.yaml:8:23: /loadBalancing/warmup: left out by the plain Envoy: warmup 30s');
  expect(left.stderr).toContain('/outlierDetection: left out by the plain Envoy: no pod is left out: ');
  expect(left.stderr).toContain('0 errors, 0 warnings, 0 waived in 1 file\n');
  expect((await told('None')).stderr).not.toContain('left out');
});

test('files and directories stand side by side, and each file is judged once', async () => {
  const { stdout } = await lint('all/c/values.yaml', 'all', 'all/c/values.yaml', 'all/b/service.yaml');
  expect(placesOf(stdout).map((place) => place.split(':')[0])).toEqual([
    'all/c/values.yaml',
    'all/a/mesh.yaml',
    'all/b/service.yaml',
  ]);
});

test('what is named has to hold values; a directory has to hold some', async () => {
  expect(await lint('all/d/values.yaml')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('all/d/values.yaml:1:1: /image: is not a key that is known here'),
  });
  expect(await lint('all/c/values-staging.yaml')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('all/c/values-staging.yaml:1:1: lacks the key service'),
  });
  expect(await lint('none')).toMatchObject({ exit: 2, stderr: expect.stringContaining('no file below none holds') });
  expect(await lint()).toMatchObject({ exit: 2, stderr: expect.stringContaining('accepted: files, directories') });
  expect(await lint('--catalog', 'nowhere')).toMatchObject({ exit: 2, stderr: expect.stringContaining('nowhere') });
});

test.each([
  ['a key that is misspelt', 'x.yaml', 'service: {name: a, port: 80}\ntimeot: 3s\n'],
  ['a field of the service', 'x.yaml', 'service: {name: a, prot: 80}\n'],
  ['its name', 'x.yaml', 'service: {nam: a, port: 80}\ntimeout: 3s\n'],
  ['the service itself', 'mesh.yaml', 'servce: {name: a, port: 80}\n'],
  ['the service, where the version is told', 'x.yaml', 'meshVersion: 1\nservce: {name: a, port: 80}\n'],
  ['YAML that is none', 'mesh.yaml', 'service: {name: a\n'],
])('values with a mistake are found below a directory, and it is told: %s', async (_, name, text) => {
  const outcome = await pillion(['traffic', 'lint', '--catalog', 'all'], { files: { [`all/${name}`]: text } });
  expect(outcome).toMatchObject({ exit: 2, stderr: expect.stringContaining(`all/${name}:`) });
});

test('an annotation that cannot be read is told at its place in the file, a Service that it does not fit as well', async () => {
  const service = (values: string) =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: b\n  annotations:\n    pillion.io/traffic: |\n${values}spec: {ports: [{port: 80}]}\n`;
  const told = async (values: string) =>
    (await pillion(['traffic', 'lint', 's.yaml'], { files: { 's.yaml': service(values) } })).stderr;
  expect(await told('      service: {name: b, port: 80}\n\n      timeot: 3s\n')).toContain(
    's.yaml:9:7: /timeot: is not a key that is known here; did you mean timeout?',
  );
  expect(await told('      service: {name: b, port: 81}\n')).toContain(
    's.yaml:7:26: /service/port: is 81; accepted here: a port of the Service: 80',
  );
  expect(await told('      service: {name: b, port: 80}\n      service: {name: b, port: 80}\n')).toContain(
    's.yaml:8:7: the key "service" stands here again',
  );
});

test('values under a key have the limits that a file of their own has', async () => {
  const text = `mesh:\n  service: {name: a, port: 80}\n  dependsOn: [${'x'.repeat(17_000)}]\n`;
  const { exit, stderr } = await pillion(['traffic', 'lint', 'v.yaml'], { files: { 'v.yaml': text } });
  expect([exit, stderr]).toEqual([
    2,
    expect.stringMatching(/v.yaml:1:1: \/mesh: has 17\d+ characters; accepted: at most 16384/),
  ]);
});

describe('the files below a directory', () => {
  let folder: string;
  const GIVEN = [
    'b/x.yaml',
    'a.yaml',
    '.git/y.yaml',
    'node_modules/z.yaml',
    'chart/Chart.yaml',
    'chart/templates/t.yaml',
    'templates/u.yaml',
  ];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pillion-files-'));
    for (const file of GIVEN) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '');
    }
    await symlink(folder, join(folder, 'b', 'round'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are those that somebody wrote as YAML, and a link leads nowhere', async () => {
    const found = await filesBelow(folder);
    expect(found).toEqual(
      ['a.yaml', 'b/x.yaml', 'chart/Chart.yaml', 'templates/u.yaml'].map((file) => join(folder, file)),
    );
  });

  test('are none of a file, and of nothing', async () => {
    expect(await filesBelow(join(folder, 'a.yaml'))).toBeUndefined();
    expect(await filesBelow(join(folder, 'nothing'))).toBeUndefined();
  });
});
