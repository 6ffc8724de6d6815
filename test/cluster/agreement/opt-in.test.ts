import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/core/decision/decide.ts';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import { annotationsOf, type Pod } from '../../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../../src/core/sidecar/names.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { callsOf } from '../metrics.ts';
import { simplePod } from '../pods.ts';
import { type PolicyChange, policyFile } from '../policy-file.ts';
import { webhookInForce } from '../registered.ts';
import { testCluster } from '../test-cluster.ts';
import { NAMESPACES as OPT_IN_STATES } from '../without-pillion.ts';

const KEY = 'sidecar.istio.io/inject';

/** The rows of table 1.4 of the Istio reference, as labels of namespaces. */
const NAMESPACES: Readonly<Record<string, Record<string, string>>> = {
  ...OPT_IN_STATES,
  'misspelt-and-our-revision': { 'istio-injection': 'on', 'istio.io/rev': 'default' },
};
const LABELS = [undefined, 'true', 'false', 'yes'];
const ANNOTATION_VALUES = [undefined, 'true', 'false'];
const POD_REVISIONS = [undefined, 'default', 'canary'];

const PODS = LABELS.flatMap((label) =>
  ANNOTATION_VALUES.flatMap((annotation) =>
    POD_REVISIONS.map((revision) => {
      const labels = { ...(label && { [KEY]: label }), ...(revision && { 'istio.io/rev': revision }) };
      const annotations = annotation === undefined ? {} : { [KEY]: annotation };
      return { labels, annotations };
    }),
  ),
);

interface Case {
  readonly title: string;
  readonly change: PolicyChange;
  /** Every how many pods one is tried. */
  readonly step?: number;
}

const POLICIES: readonly Case[] = [
  { title: 'NamespaceAndPod, silent pods left alone', change: {} },
  { title: 'NamespaceAndPod, silent pods injected', change: { optIn: { autoInject: 'enabled' } } },
  { title: 'Istio, silent pods left alone', change: { optIn: { rule: 'Istio' } } },
  { title: 'Istio, silent pods injected', change: { optIn: { rule: 'Istio', autoInject: 'enabled' } } },
  {
    title: 'Istio, silent pods injected, profile istio',
    change: { optIn: { rule: 'Istio', autoInject: 'enabled' }, istio: {}, spec: { profiles: [{ name: 'istio' }] } },
    step: 5,
  },
];

const cluster = testCluster(NAMESPACES);

describe.each(POLICIES)('$title', ({ change, step = 1 }) => {
  const pods = PODS.filter((_, index) => index % step === 0);

  test('the real API server and decide agree on every combination', async () => {
    const policy = policyWith(change);
    const file = join(cluster.launcher.guard.folder, 'policy.yaml');
    await writeFile(file, policyFile(change));
    const pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
    await webhookInForce(cluster.controlPlane, 'enabled');
    // hooks of the policy before may be called until the API server has seen the new ones
    await settled(pillion.opsPort);

    const rows: object[] = [];
    for (const [namespace, namespaceLabels] of Object.entries(NAMESPACES))
      for (const { labels, annotations } of pods) {
        const pod = simplePod('combination', { labels, annotations }) as unknown as Pod;
        const expected = decide(subjectOf(pod, { name: namespace, labels: namespaceLabels }, policy, '0'.repeat(16)));
        const before = await callsOf(pillion.opsPort, 'inject');
        const { status, body } = await cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
        const injected = status === 201 && annotationsOf(body as Pod)[ANNOTATIONS.status] !== undefined;
        const called = (await callsOf(pillion.opsPort, 'inject')) - before;
        rows.push({ namespace, labels, annotations, status, injected, called });
        const agreed = { status: 201, injected: expected.verdict === 'inject', called: injected ? 1 : 0 };
        expect({ namespace, labels, annotations, status, injected, called }).toEqual({
          ...{ namespace, labels, annotations },
          ...agreed,
        });
      }
    expect(rows).toHaveLength(Object.keys(NAMESPACES).length * pods.length);
    await pillion.process.stop();
  });
});

/** Resolves when a pod that asks in an enabled namespace has reached this process twice. */
async function settled(opsPort: number): Promise<void> {
  while ((await callsOf(opsPort, 'inject')) < 2) await webhookInForce(cluster.controlPlane, 'enabled');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
