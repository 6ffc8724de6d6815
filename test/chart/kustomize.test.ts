import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { testCluster } from '../cluster/test-cluster.ts';
import { expectFile } from '../golden/expected-file.ts';
import { objectsIn, rendered } from './helm-runs.ts';
import { kustomizeFiles } from './kustomize.ts';

const FOLDER = new URL('../../deploy/kustomize/', import.meta.url);
const cluster = testCluster();

let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  files = kustomizeFiles(objectsIn(await rendered(4, 'values.yaml', ['--include-crds'])));
});

test.each(['kustomization.yaml', 'namespace.yaml', 'definitions.yaml', 'pillion.yaml'])(
  'deploy/kustomize/%s is what the chart renders',
  (name) => {
    expect(files.has(name)).toBe(true);
    expectFile(new URL(name, FOLDER), files.get(name));
  },
);

test('kustomize builds it, and the API server takes it', async () => {
  const folder = fileURLToPath(FOLDER);
  const built = await cluster.controlPlane.kubectl(['kustomize', folder]);
  expect(built).toMatchObject({ code: 0, stderr: '' });
  const names = objectsIn(built.stdout).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).toEqual(
    expect.arrayContaining(['Namespace pillion-system', 'Deployment pillion', 'ClusterRole pillion']),
  );
  const applied = await cluster.controlPlane.kubectl(['apply', '--server-side', '-k', folder]);
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.stdout.trim().split('\n')).toHaveLength(names.length);
});
