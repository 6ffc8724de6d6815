import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { loadPlan } from '../../../src/core/rollout/read-plan.ts';
import { pillion } from './command-line.ts';

const namespace = (name: string, tribe: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pillion.io/tribe': tribe } },
});
const deployment = (name: string, where: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: where },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, version: 'v1' } },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...spec },
    },
  },
});
const asRoot = { containers: [{ name: 'app', image: 'registry.example/app:1', securityContext: { runAsUser: 1337 } }] };
const files = {
  'all.yaml': [
    ...[namespace('shop', 'retail'), namespace('cart', 'retail')],
    ...[deployment('web', 'shop'), deployment('api', 'shop', asRoot), deployment('cart', 'cart')],
    deployment('node', 'node', { hostNetwork: true }),
  ]
    .map((object) => stringify(object))
    .join('---\n'),
};
const proposed = (...args: readonly string[]) =>
  pillion(['rollout', 'plan', '--manifests', 'all.yaml', ...args], { files });

test('a proposal for manifests has the safest first, each with its reason, and what is left out', async () => {
  const { exit, stdout } = await proposed('--start', '2027-01-11');
  expect(exit).toBe(0);
  const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
  expect(lines.slice(0, 5)).toEqual([
    'STAGE | FROM | NAMESPACE | TRIBE | WORKLOADS | WHY',
    'pilot | 2027-01-11 | cart | retail | 1 | all compatible',
    'stage-2-retail | 2027-01-18 | shop | retail | 2 | incompatible, so they must not ask:',
    'Deployment/api (FIT010)',
    'left out: node: none of its workloads can have a sidecar: FIT001',
  ]);
});

test('as YAML it is a plan that can be read, with the reasons as comments', async () => {
  const { stdout } = await proposed('-o', 'yaml');
  expect(stdout).toContain('- cart # 1 workload, all compatible');
  expect(stdout).toContain('# left out: node: none of its workloads');
  const read = loadPlan({ file: 'plan.yaml', text: stdout }, '2026-11-03');
  expect('plan' in read && read.plan.spec.stages).toMatchObject([
    { name: 'pilot', state: 'Closed', namespaces: ['cart'] },
    { name: 'stage-2-retail', namespaces: ['shop'], gates: { compatibility: { incompatible: 1 } } },
  ]);
});

test('where nothing can be brought in there is no plan to be applied, and the reason is told', async () => {
  const only = { 'node.yaml': stringify(deployment('node', 'node', { hostNetwork: true })) };
  const args = ['rollout', 'plan', '--manifests', 'node.yaml', '-o', 'yaml'];
  expect(await pillion(args, { files: only })).toEqual({
    exit: 1,
    stdout: '',
    stderr: 'left out: node: none of its workloads can have a sidecar: FIT001\nno namespace can be brought in\n',
  });
});

test('what cannot be meant is told', async () => {
  expect((await proposed('--start', '2027-02-30')).stderr).toContain('--start 2027-02-30 is no day');
  expect((await pillion(['rollout', 'plan', '-f', 'plan.yaml', '--current'])).stderr).toContain(
    'either -f or --current',
  );
  const bad = { 'plan.yaml': 'kind: RolloutPlan\n' };
  const { exit, stderr } = await pillion(['rollout', 'plan', '-f', 'plan.yaml'], { files: bad });
  expect([exit, stderr]).toEqual([2, expect.stringContaining('plan.yaml:1:1: lacks the key')]);
});
