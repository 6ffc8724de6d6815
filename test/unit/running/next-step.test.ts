import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shellWord } from '../../../src/core/problem/shell-word.ts';
import { type Advised, nextStep } from '../../../src/core/running/next-step.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const KEY = 'sidecar.istio.io/inject';
const policy = policyWith();
const inputs = { namespaceLabels: {}, podLabels: {}, podAnnotations: {} };
const record = (verdict: Advised['record']['verdict'], reason: Advised['record']['reason'], more: object = {}) => ({
  ...{ verdict, reason, rule: '', problems: [], inputs },
  ...more,
});
const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const advised = (more: Partial<Advised>): Advised => ({
  namespace: 'shop',
  record: record('inject', 'opted-in'),
  policy,
  policyInCluster: true,
  workload: web,
  states: [],
  ...more,
});
const patch = (change: object) => `--type merge -p '${JSON.stringify(change)}'`;
const template = (metadata: object) => ({ spec: { template: { metadata } } });
const byLabel = { inputs: { ...inputs, podLabels: { [KEY]: 'false' } } };
const problems = { problems: [{ path: '/spec/containers/0', message: 'x' }] };

const ROWS: readonly (readonly [what: string, given: Partial<Advised>, command: string | undefined])[] = [
  ['all is well', { states: [] }, undefined],
  ['stale pods of a Deployment', { states: ['stale'] }, 'kubectl -n shop rollout restart deployment/web'],
  [
    'stale pods of a Deployment that is paused, which kubectl does not restart',
    { states: ['stale'], standing: { spec: { paused: true } } },
    'kubectl -n shop rollout resume deployment/web',
  ],
  [
    'stale pods of a DaemonSet that replaces only what is deleted',
    {
      states: ['missing', 'stale'],
      workload: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent' },
      standing: { spec: { updateStrategy: { type: 'OnDelete' } } },
      podsOf: (state) => (state === 'missing' ? ['agent-1', 'agent-2'] : []),
    },
    'kubectl -n shop delete pod agent-1 agent-2',
  ],
  [
    'a stale pod of a StatefulSet that keeps some as they are',
    {
      states: ['stale'],
      workload: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' },
      standing: { spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } },
      pod: 'db-0',
    },
    undefined,
  ],
  [
    'a stale pod of a ReplicaSet',
    { states: ['stale'], workload: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' }, pod: 'web-1' },
    'kubectl -n shop delete pod web-1',
  ],
  [
    'a stale pod of a Rollout of Argo',
    {
      states: ['missing'],
      workload: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' },
      pod: 'web-1',
    },
    'kubectl -n shop delete pod web-1',
  ],
  [
    'a stale pod of another operator’s StatefulSet',
    {
      states: ['stale'],
      workload: { apiVersion: 'apps.kruise.io/v1beta1', kind: 'StatefulSet', name: 'db' },
      pod: 'db-0',
    },
    'kubectl -n shop delete pod db-0',
  ],
  [
    'a stale pod of a Job',
    { states: ['stale'], workload: { apiVersion: 'batch/v1', kind: 'Job', name: 'once' }, pod: 'once-1' },
    undefined,
  ],
  [
    'a stale pod of nobody',
    { states: ['stale'], workload: undefined, pod: 'alone' },
    'kubectl -n shop replace --force -f FILE',
  ],
  [
    'not opted in',
    { record: record('skip', 'not-opted-in') },
    `kubectl -n shop patch deployment web ${patch(template({ annotations: { [KEY]: 'true' } }))}`,
  ],
  [
    'opted out by a label, which beats an annotation',
    { record: record('skip', 'opted-out', byLabel) },
    `kubectl -n shop patch deployment web ${patch(template({ labels: { [KEY]: 'true' } }))}`,
  ],
  [
    'a CronJob that is not opted in',
    { record: record('skip', 'not-opted-in'), workload: { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' } },
    `kubectl -n shop patch cronjob nightly ${patch({ spec: { jobTemplate: { spec: { template: { metadata: { annotations: { [KEY]: 'true' } } } } } } })}`,
  ],
  [
    'a Job, whose template cannot be changed',
    { record: record('skip', 'not-opted-in'), workload: { apiVersion: 'batch/v1', kind: 'Job', name: 'once' } },
    undefined,
  ],
  [
    'the namespace is not open',
    { record: record('skip', 'namespace-not-enabled') },
    'kubectl label namespace shop istio-injection=enabled --overwrite',
  ],
  [
    'the namespace has another revision',
    { record: record('skip', 'other-revision') },
    'kubectl label namespace shop istio.io/rev=default --overwrite',
  ],
  [
    'the pod has another revision',
    { record: record('skip', 'other-revision', { inputs: { ...inputs, podLabels: { 'istio.io/rev': 'canary' } } }) },
    `kubectl -n shop patch deployment web ${patch(template({ labels: { 'istio.io/rev': 'default' } }))}`,
  ],
  [
    'excluded by an object',
    { record: record('skip', 'excluded', { rule: '/spec/exclusions/0' }) },
    'kubectl edit injectionpolicy default',
  ],
  ['excluded by a file', { record: record('skip', 'excluded'), policyInCluster: false }, undefined],
  ['refused for a field', { record: record('deny', 'uid-conflict', problems) }, 'kubectl -n shop edit deployment/web'],
  [
    'a sidecar that is not wanted comes before what would be wanted',
    { record: record('skip', 'not-opted-in'), states: ['unwanted'] },
    'kubectl -n shop rollout restart deployment/web',
  ],
];

test.each(ROWS)('%s', (_, given, command) => {
  expect(nextStep(advised(given))?.command).toBe(command);
});

test('a shell takes every text for one word, and for the same', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        { minLength: 1, maxLength: 5 },
      ),
      (texts) => {
        const words = texts.map((text) => text.toWellFormed());
        const script = `set -- ${words.map(shellWord).join(' ')}; printf '%s\\0' "$@"`;
        expect(execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1)).toEqual(words);
      },
    ),
    { numRuns: 100 },
  );
});
