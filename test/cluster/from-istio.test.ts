import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pillion } from '../unit/cli/command-line.ts';
import { testCluster } from './test-cluster.ts';

const FILE = new URL('../golden/from-istio/settings/istio.yaml', import.meta.url);
const text = readFileSync(FILE, 'utf8');
const { items } = parse(text) as { items: { metadata: { name: string; namespace: string } }[] };

const cluster = testCluster({ mesh: {}, 'istio-system': {} });

const fromCluster = (...flags: string[]) =>
  pillion(['profile', 'from-istio', '--kubeconfig', cluster.controlPlane.kubeconfig, ...flags]);

beforeAll(async () => {
  for (const item of items) {
    const { status, body } = await cluster.api.call('POST', '/api/v1/namespaces/mesh/configmaps', item);
    if (status !== 201) throw new Error(`${item.metadata.name} is refused: ${JSON.stringify(body)}`);
  }
});

test('the ConfigMaps of a cluster say what the file says from which they were made', async () => {
  const fromFile = await pillion(['profile', 'from-istio', '-f', 'istio.yaml'], { files: { 'istio.yaml': text } });
  const read = await fromCluster('--revision', 'canary', '--istio-namespace', 'mesh', '--strict');
  expect(read).toEqual({ exit: 0, stdout: fromFile.stdout, stderr: '' });
});

test('ConfigMaps that are not there are named', async () => {
  const { exit, stdout, stderr } = await fromCluster();
  expect([exit, stdout]).toEqual([2, '']);
  for (const name of ['istio-sidecar-injector', 'istio'])
    expect(stderr).toContain(`ConfigMap istio-system/${name}: does not exist; name another with --revision`);
});

test('a problem is told with the line in the key of the ConfigMap', async () => {
  const path = '/api/v1/namespaces/mesh/configmaps/istio-canary';
  const { status } = await cluster.api.call('PATCH', path, {
    data: { mesh: 'trustDomain: a\nproxyListenPort: many\n' },
  });
  expect(status).toBe(200);
  const { exit, stderr } = await fromCluster('--revision', 'canary', '--istio-namespace', 'mesh');
  expect([exit, stderr]).toEqual([
    2,
    expect.stringContaining('ConfigMap mesh/istio-canary, mesh:2:1: /data/mesh/proxyListenPort: is "many"; accepted:'),
  ]);
});
