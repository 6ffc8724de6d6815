import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { podOfWorkload } from '../../../src/core/kubernetes/workload.ts';
import { templateLines } from '../../../src/core/project-chart/template-lines.ts';
import { HELMS, objectsIn, runHelm } from '../helm-runs.ts';

let chart = '';
beforeAll(async () => {
  chart = await mkdtemp(join(tmpdir(), 'pillion-lines-'));
  await mkdir(join(chart, 'templates'));
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: lines\nversion: 0.1.0\n');
});
afterAll(() => rm(chart, { recursive: true, force: true }));

const TEMPLATES = {
  Pod: { head: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n', depth: 0 },
  Deployment: {
    head: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  template:\n    metadata:\n',
    depth: 2,
  },
  CronJob: {
    head: 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: x\nspec:\n  jobTemplate:\n    spec:\n      template:\n        metadata:\n',
    depth: 4,
  },
} as const;

const PATHS = ['podAnnotations', 'app.pod.annotations', 'my-app.pod.extra', '0.1'] as const;

describe.each(HELMS)('Helm %i', (major) => {
  test.each(Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[])(
    'the lines for a %s give the values, and nothing without',
    async (kind) => {
      const { head, depth } = TEMPLATES[kind];
      for (const at of PATHS) {
        await writeFile(
          join(chart, 'templates', 'x.yaml'),
          `${head}${templateLines('annotations', at, depth).join('\n')}\n`,
        );
        const annotations = { 'a.b/c': 'true', d: 'two: words' };
        const values = at.split('.').reduceRight<object>((inner, key) => ({ [key]: inner }), annotations);
        await writeFile(join(chart, 'given.json'), JSON.stringify(values));
        const given = await runHelm(major, ['template', chart, '-f', join(chart, 'given.json')]);
        expect({
          at,
          stderr: given.stderr,
          found: podOfWorkload(objectsIn(given.stdout)[0])?.template.metadata,
        }).toMatchObject({
          at,
          stderr: '',
          found: { annotations },
        });
        const without = await runHelm(major, ['template', chart]);
        expect({ at, code: without.code, stderr: without.stderr }).toEqual({ at, code: 0, stderr: '' });
      }
    },
  );
});
