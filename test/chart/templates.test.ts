import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { expectFile } from '../golden/expected-file.ts';
import { findKubeconform } from '../tools/kubeconform.ts';
import { findKubernetesSchemas } from '../tools/kubernetes-schemas.ts';
import { CHART, HELMS, NAMESPACE, objectsIn, rendered, runHelm, template, VARIANTS } from './helm-runs.ts';

describe.each(VARIANTS)('%s', (variant) => {
  test('renders the committed objects, the same with Helm 3 and Helm 4', async () => {
    const [three, four] = await Promise.all(HELMS.map(async (major) => objectsIn(await rendered(major, variant))));
    expect(three).toEqual(four);
    const golden = new URL(`expected/${variant.replaceAll('/', '-')}`, import.meta.url);
    expectFile(golden, (four ?? []).map((object) => stringify(object)).join('---\n'));
  });

  test('renders the same text twice', async () => {
    for (const major of HELMS) expect(await rendered(major, variant)).toBe(await rendered(major, variant));
  });

  test('renders only fields that Kubernetes knows', async () => {
    const [kubeconform, schemas] = await Promise.all([findKubeconform(), findKubernetesSchemas()]);
    // our own are judged by their definitions, on an API server
    const own = 'InjectionPolicy,SidecarProfile';
    const args = ['-strict', '-summary', '-schema-location', schemas, '-output', 'json', '-skip', own];
    const run = spawn(kubeconform, args);
    run.stdin.end(await rendered(4, variant, ['--include-crds']));
    const { resources, summary } = JSON.parse(await text(run.stdout));
    expect(resources ?? []).toEqual([]);
    expect(summary).toMatchObject({ invalid: 0, errors: 0, valid: expect.any(Number) });
    expect(summary.valid).toBeGreaterThan(10);
  });

  test('has no object by which it could hurt: no webhook configuration, no in-tree policy, no Secret', async () => {
    const kinds = objectsIn(await rendered(4, variant, ['--include-crds'])).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /Webhook|AdmissionPolicy|^Secret$/.test(kind))).toEqual([]);
  });

  test('has no hook but the test', async () => {
    const hooks = objectsIn(await rendered(4, variant)).map(({ metadata }) => metadata.annotations?.['helm.sh/hook']);
    expect(new Set(hooks)).toEqual(new Set([undefined, 'test']));
  });
});

test('every object is called as the server expects, whatever the release is called', async () => {
  const { stdout } = await runHelm(4, ['template', 'other', CHART, '-n', 'mesh', '--kube-version', '1.30']);
  const names = objectsIn(stdout)
    .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'} ${metadata.name}`);
  expect(names).toEqual([
    'ClusterRole - pillion',
    'ClusterRole - pillion-dashboard-reader',
    'ClusterRoleBinding - pillion',
    'Deployment mesh pillion',
    'PodDisruptionBudget mesh pillion',
    'Role mesh pillion',
    'RoleBinding mesh pillion',
    'Service mesh pillion',
    'ServiceAccount mesh pillion',
  ]);
});

test('a text of the values is never read as a template, nor as YAML', async () => {
  const nasty = 'x: {{ .Release.Name }}\n- "y" # no comment';
  const { stdout } = await template(4, [
    ...['--set-json', `podAnnotations=${JSON.stringify({ nasty })}`],
    ...['--set-json', `priorityClassName=${JSON.stringify(nasty)}`],
  ]);
  const deployment = objectsIn(stdout).find(({ kind }) => kind === 'Deployment');
  expect(deployment?.spec.template.metadata.annotations).toEqual({ nasty });
  expect(deployment?.spec.template.spec.priorityClassName).toBe(nasty);
  expect(deployment?.metadata.namespace).toBe(NAMESPACE);
});
