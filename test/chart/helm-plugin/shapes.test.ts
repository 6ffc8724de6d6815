import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { podOfWorkload } from '../../../src/core/kubernetes/workload.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { readTrafficService, TRAFFIC_ANNOTATION } from '../../../src/core/traffic/traffic-service.ts';
import { readTree } from '../../../src/helm/file-tree.ts';
import { expectFile } from '../../golden/expected-file.ts';
import { HELMS, objectsIn, runHelm } from '../helm-runs.ts';
import { HERE, installedPlugin } from './plugin.ts';

const plugin = installedPlugin();

/** Charts of three shapes, the template with their workload, and the lines of it by which its pods take annotations. */
const SHAPES = [
  {
    name: 'deployment',
    template: 'templates/deployment.yaml',
    takes: /^ *\{\{- with \.Values\.podAnnotations \}\}\n.*\n.*\n.*\n/m,
  },
  {
    name: 'stateful-set',
    template: 'charts/app-library/templates/_stateful-set.tpl',
    takes: /^ *annotations: .*\n/m,
  },
  { name: 'cron-job', template: 'templates/cron-job.yaml', takes: /^ *annotations:\n.*\n.*\n.*\n/m },
] as const;

/** A folder with a copy of one of the charts, and with its traffic values beside it where they have a file of their own. */
async function project(name: string): Promise<string> {
  const folder = await plugin.workspace();
  await cp(join(HERE, name), join(folder, 'chart'), { recursive: true });
  await cp(join(HERE, name, 'mesh.yaml'), join(folder, 'mesh.yaml')).catch(() => undefined);
  return folder;
}

const RENDER = ['template', 'live', '--chart', 'chart', '-n', 'shop'];

describe.each(SHAPES)('$name', ({ name, template, takes }) => {
  test('both Helms render the same, with what the mesh needs on the pods', async () => {
    const folder = await project(name);
    const runs = await Promise.all(HELMS.map((major) => plugin.run(major, folder, RENDER)));
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })));
    const [three = '', four = ''] = runs.map(({ stdout }) => stdout);
    expect(objectsIn(three)).toEqual(objectsIn(four));
    expectFile(new URL(`expected/${name}.yaml`, import.meta.url), three);
    const metadata = objectsIn(three).map((object) => podOfWorkload(object)?.template.metadata);
    const pods = metadata.filter((one) => one !== undefined);
    expect(pods).toMatchObject([
      {
        annotations: { 'sidecar.istio.io/inject': 'true' },
        labels: { app: expect.any(String), version: expect.any(String) },
      },
    ]);
  });

  test('the generated chart is the project’s own with its comments, and the same again from both Helms', async () => {
    const folder = await project(name);
    const trees = [];
    for (const major of [...HELMS, 3] as const) {
      const { code, stderr } = await plugin.run(major, folder, ['generate', '--chart', 'chart', '-o', 'generated']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^generated: \d+ files/) });
      trees.push(await readTree(join(folder, 'generated')));
    }
    const [first, ...again] = trees;
    expect(again).toEqual(again.map(() => first));
    for (const file of ['Chart.yaml', 'values.yaml'])
      expectFile(
        new URL(`expected/${name}-${file}`, import.meta.url),
        first
          ?.get(file)
          ?.toString('utf8')
          .replace(/sha256:[0-9a-f]{64}/, 'sha256:DIGEST'),
      );
    const values = await readFile(join(HERE, name, 'values.yaml'), 'utf8');
    const kept = first?.get('values.yaml')?.toString('utf8').split('\n');
    expect(kept).toEqual(expect.arrayContaining(values.split('\n').filter((line) => line.includes('#'))));
    const judged = await runHelm(4, ['lint', '--strict', 'generated'], {}, folder);
    expect({ code: judged.code, stderr: judged.stderr }).toEqual({ code: 0, stderr: '' });
    // without the plugin, as a controller of a cluster has it
    const plain = await runHelm(4, ['template', 'live', 'generated', '-n', 'shop'], {}, folder);
    const rendered = await plugin.run(4, folder, RENDER);
    expect(objectsIn(plain.stdout)).toEqual(objectsIn(rendered.stdout));
  });

  test('a template that ignores the values is named, with the lines it lacks; with these lines all is well', async () => {
    const folder = await project(name);
    const file = join(folder, 'chart', template);
    const text = await readFile(file, 'utf8');
    const deaf = text.replace(takes, '');
    expect(deaf).not.toBe(text);
    await writeFile(file, deaf);
    const refused = await plugin.run(4, folder, ['generate', '--chart', 'chart', '-o', 'generated']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expectFile(new URL(`expected/${name}-ignored.txt`, import.meta.url), refused.stderr);
    await expect(readTree(join(folder, 'generated'))).rejects.toThrow();
    const lines = refused.stderr.split('\n');
    const from = lines.findIndex((line) => line.trim() === 'annotations:');
    const lacking = lines.slice(from, from + 4).map((line) => line.slice('    '.length));
    await writeFile(
      file,
      deaf.replace(/^ *template:\n *metadata:\n/m, (metadata) => `${metadata}${lacking.join('\n')}\n`),
    );
    const mended = await plugin.run(4, folder, RENDER);
    expect({ code: mended.code, stderr: mended.stderr }).toEqual({ code: 0, stderr: '' });
  });
});

test('where the values of the chart reach its Service, Pillion reads from it what the team wrote', async () => {
  const folder = await project('deployment');
  const { stdout } = await plugin.run(3, folder, RENDER);
  const service = objectsIn(stdout).find(({ kind }) => kind === 'Service');
  const text = service?.metadata.annotations?.[TRAFFIC_ANNOTATION] ?? '';
  const read = readTrafficService(service as never, 'shop', text, {
    company: BUILT_IN_TRAFFIC_DEFAULTS,
    today: '2026-11-03',
  });
  expect(read).toMatchObject({ service: { name: 'catalog' }, warnings: [] });
  // what is about sidecars stands on the pods
  const { sidecar: _, ...written } = parse(await readFile(join(folder, 'mesh.yaml'), 'utf8'));
  expect(JSON.parse(text)).toEqual(written);
});
