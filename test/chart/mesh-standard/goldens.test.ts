import { expect, test } from '@jest/globals';
import { expectFile } from '../../golden/expected-file.ts';
import { HELMS, runHelm } from '../helm-runs.ts';
import { CORPUS } from './corpus.ts';
import { MESH_CHART, meshTemplate, notesIn } from './mesh-chart.ts';

/** Files of the corpus whose objects are worth reading. */
const INSTRUCTIVE = [
  'smallest',
  'only-observability',
  'limits-all',
  'canary-everything',
  'routes-mixed-methods',
  'routes-yaml-in-values',
  'expose-several',
  'expose-own-https',
  'tcp-canary',
  'tls-mesh',
  'depends-on',
];

test.each(INSTRUCTIVE)('%s', async (name) => {
  const { code, stdout, stderr } = await meshTemplate(3, ['-f', `${CORPUS}${name}.yaml`]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expectFile(new URL(`expected/${name}.yaml`, import.meta.url), stdout);
});

test.each(['smallest', 'balancing-failover-alone', 'tcp-canary', 'expose-passthrough'])(
  'the notes of %s tell what was made, how to see it, and what Istio does not do',
  async (name) => {
    // Helm 3 asks a cluster even so; corpus.test.ts compares the notes of both
    const args = ['install', 'catalog', MESH_CHART, '-n', 'shop', '--dry-run=client', '-f', `${CORPUS}${name}.yaml`];
    const { code, stdout, stderr } = await runHelm(4, args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expectFile(new URL(`expected/${name}-notes.txt`, import.meta.url), notesIn(stdout));
  },
);

test.each(HELMS)('helm %s lint --strict finds nothing', async (major) => {
  for (const values of [`${MESH_CHART}ci/smallest-values.yaml`, `${CORPUS}canary-everything.yaml`]) {
    const { code, stdout } = await runHelm(major, ['lint', '--strict', MESH_CHART, '-f', values]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0 chart(s) failed') });
  }
});

test.each(HELMS)('helm %s needs to be told the service, and says so', async (major) => {
  const { code, stderr } = await meshTemplate(major, []);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("missing property 'service'") });
});
