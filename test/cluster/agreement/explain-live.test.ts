import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Explanation } from '../../../src/cli/explained-live.ts';
import { fieldsOf } from '../../../src/core/json/fields-of.ts';
import { annotationsOf, type Pod } from '../../../src/core/kubernetes/pod.ts';
import type { SidecarState } from '../../../src/core/running/sidecar-state.ts';
import { ANNOTATIONS } from '../../../src/core/sidecar/names.ts';
import { SIDECAR } from '../../core-fixtures/policies.ts';
import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import type { Answer } from '../api-client.ts';
import { eventually } from '../eventually.ts';
import { callsOf } from '../metrics.ts';
import type { PillionProcess } from '../pillion-process.ts';
import { type PolicyChange, policyFile } from '../policy-file.ts';
import { testCluster } from '../test-cluster.ts';
import { type Combination, combinations, NAMESPACES, podOf, VARIANTS } from './combinations.ts';
import { Disagreements } from './disagreements.ts';
import { untilInForce } from './in-force.ts';

const cluster = testCluster(NAMESPACES);
const ROWS = 60;
const MARK = 'sidecar.istio.io/inject';
const FORGED = JSON.stringify({ recordId: '0123456789abcdef', injected: { initContainers: ['istio-proxy'] } });

const variant = (index: number): PolicyChange => VARIANTS[index]?.change ?? {};
const spec = { protectedNamespaces: ['kube-system', 'guarded'] };
const OTHER_IMAGE = { profile: { sidecar: { ...SIDECAR, image: 'registry.example/envoy:old' } }, spec };

/** What was in force when the pods were made, and what is in force when they are explained. */
const TRANSITIONS: readonly (readonly [title: string, before: PolicyChange, after: PolicyChange])[] = [
  ['another image, and a policy that refuses and selects', OTHER_IMAGE, variant(2)],
  ['silent pods are injected no more, in another order', variant(1), variant(0)],
  ['exclusions and Istio’s rule', variant(5), variant(4)],
];

/** What somebody does to a pod that runs, besides nothing. */
const BY_HAND = ['nothing', 'nothing', 'mark removed', 'image changed', 'status forged', 'status removed'] as const;

interface Live {
  readonly row: Combination;
  readonly name: string;
  readonly hand: (typeof BY_HAND)[number];
}

const podPath = (namespace: string, name = '', query = '') =>
  `/api/v1/namespaces/${namespace}/pods${name && `/${name}`}${query}`;

const comparisons: Disagreements[] = [];
afterAll(() => {
  const sum = (figure: (one: Disagreements) => number) => comparisons.reduce((total, one) => total + figure(one), 0);
  const figures = `${sum((one) => one.compared)} comparisons, ${sum((one) => one.disagreeing)} disagree`;
  process.stderr.write(`agreement of explain on pods that run: ${figures}\n`);
});

describe.each(TRANSITIONS.map(([title, before, after], index) => ({ title, before, after, index })))(
  'pods that run: $title',
  ({ before, after, index }) => {
    const rows = combinations(ROWS, 100 + index).map((row) => ({ ...row, owner: undefined }));
    const live: Live[] = [];
    let running: PillionProcess;

    async function started(change: PolicyChange, name: string): Promise<PillionProcess> {
      const file = join(cluster.launcher.guard.folder, `${name}-${index}.yaml`);
      await writeFile(file, policyFile(change));
      const one = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
      await untilInForce(cluster.api, one);
      return one;
    }

    beforeAll(async () => {
      const first = await started(before, 'before');
      const made: { row: Combination; name: string; pod: Pod }[] = [];
      for (const [at, row] of rows.entries()) {
        const name = `live-${index}-${at}`;
        const { status, body } = await cluster.api.call('POST', podPath(row.namespace), podOf(row, name));
        if (status === 201) made.push({ row, name, pod: body as Pod });
      }
      await first.process.stop();
      await untilAnythingCanBeWritten(made[0]?.row.namespace ?? '', made[0]?.name ?? '');
      for (const [at, { row, name, pod }] of made.entries()) {
        const hand = BY_HAND[at % BY_HAND.length] ?? 'nothing';
        live.push({ row, name, hand: (await changedByHand(pod, row.namespace, hand)) ? hand : 'nothing' });
      }
      running = await started(after, 'after');
    });

    afterAll(async () => running?.process.stop());

    /** Somebody who may do everything takes away what keeps the status of pods that run from being changed. */
    async function untilAnythingCanBeWritten(namespace: string, pod: string): Promise<void> {
      const { kubectl } = cluster.controlPlane;
      expect(await kubectl(['delete', 'validatingadmissionpolicy', 'pillion-rendered-annotations'])).toMatchObject({
        code: 0,
      });
      const patch = JSON.stringify({ metadata: { annotations: { [ANNOTATIONS.status]: 'anything' } } });
      await eventually('the status of a pod can be changed', async () => {
        const { code } = await kubectl(['-n', namespace, 'patch', 'pod', pod, '--dry-run=server', '-p', patch]);
        return code === 0;
      });
    }

    /** Changes a pod, where there is something to change. */
    async function changedByHand(pod: Pod, namespace: string, hand: Live['hand']): Promise<boolean> {
      const { initContainers = [], containers } = pod.spec;
      const list = initContainers?.some(({ name }) => name === 'istio-proxy') ? 'initContainers' : 'containers';
      const isInjected = [...(initContainers ?? []), ...containers].some(({ name }) => name === 'istio-proxy');
      const patches: Record<Live['hand'], object | undefined> = {
        nothing: undefined,
        'mark removed': { metadata: { annotations: { [MARK]: null } } },
        'image changed': isInjected
          ? { spec: { [list]: [{ name: 'istio-proxy', image: 'registry.example/by-hand:1' }] } }
          : undefined,
        'status forged': isInjected ? undefined : { metadata: { annotations: { [ANNOTATIONS.status]: FORGED } } },
        'status removed': isInjected ? { metadata: { annotations: { [ANNOTATIONS.status]: null } } } : undefined,
      };
      if (patches[hand] === undefined) return false;
      const patch = JSON.stringify(patches[hand]);
      const name = String(pod.metadata.name);
      const { code, stderr } = await cluster.controlPlane.kubectl(['-n', namespace, 'patch', 'pod', name, '-p', patch]);
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      return true;
    }

    test('the decision, the routing and the state are what the API server does with the same pod now', async () => {
      const disagreements = new Disagreements();
      comparisons.push(disagreements);
      const seen = new Set<SidecarState>();
      for (const [namespace, ofNamespace] of Map.groupBy(live, ({ row }) => row.namespace)) {
        const named = ofNamespace.map(({ name }) => `pod/${name}`);
        const flags = [
          '-n',
          namespace,
          '--policy',
          'after',
          '-o',
          'json',
          '--kubeconfig',
          cluster.controlPlane.kubeconfig,
        ];
        const { stdout, stderr } = await commandLine(['explain', ...named, ...flags], {
          files: { after: policyFile(after) },
        });
        expect(stderr).toBe('');
        const explained = JSON.parse(stdout) as Explanation[];
        for (const [at, { row, name, hand }] of ofNamespace.entries()) {
          const standing = (await cluster.api.call('GET', podPath(namespace, name))).body as Pod;
          const asked = await callsOf(running.opsPort, 'inject');
          const sent = sentBy(row, name, hand, standing);
          const now = await cluster.api.call('POST', podPath(namespace, '', '?dryRun=All'), sent);
          const called = (await callsOf(running.opsPort, 'inject')) - asked;
          const { record, routes, running: runs } = explained[at] as Explanation;
          const about = (what: string) => `${hand}: ${what}`;
          disagreements.compare(row, about('verdict'), verdictOf(now), record.verdict);
          const message = String(now.body.message);
          if (now.status !== 201)
            disagreements.compare(row, about('reason'), true, message.includes(`${record.reason}: `));
          const asks = routes.pods.hooks.filter(({ mutating, outcome }) => mutating && outcome === 'called').length;
          disagreements.compare(row, about('called'), called, asks);
          const state = stateOf(standing, now);
          seen.add(state);
          disagreements.compare(row, about('state'), state, runs?.state);
        }
      }
      disagreements.throwIfAny();
      expect(disagreements.compared).toBeGreaterThan(ROWS);
      expect(seen.size).toBeGreaterThan(3);
    });
  },
);

/** What whoever makes the pod would send: what was sent before, with what was done to its mark. Without its status nobody can tell. */
function sentBy(row: Combination, name: string, hand: Live['hand'], { metadata, spec }: Pod): object {
  const again = `${name}-again`;
  if (hand === 'status removed') {
    const { labels, annotations } = metadata;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: again, labels, annotations },
      spec: { ...spec, nodeName: undefined },
    };
  }
  const { annotation: _, ...silent } = row;
  return podOf(hand === 'mark removed' ? { ...silent, annotation: undefined } : row, again);
}

const verdictOf = ({ status, body }: Answer): string =>
  status !== 201 ? 'deny' : annotationsOf(body as Pod)[ANNOTATIONS.status] === undefined ? 'skip' : 'inject';

const oursIn = ({ spec }: Pod) =>
  [...(spec.initContainers ?? []), ...spec.containers].filter(
    ({ name }) => name === 'istio-proxy' || name === 'istio-init',
  );

/** Told by what stands there and by what the API server answers, without a word of ours. */
function stateOf(standing: Pod, now: Answer): SidecarState {
  const isMarked = annotationsOf(standing)[ANNOTATIONS.status] !== undefined;
  const carries = isMarked && oursIn(standing).length > 0;
  if (!carries && (isMarked || String(now.body.message).includes('sidecar-impersonation: '))) return 'forged';
  const verdict = verdictOf(now);
  if (verdict === 'deny') return 'refused';
  if (verdict === 'skip') return carries ? 'unwanted' : 'not-wanted';
  if (!carries) return 'missing';
  return sidecarText(standing) === sidecarText(now.body as Pod) ? 'injected' : 'stale';
}

/** The sidecar without what is another one in each pod: its name, the id of the record, and the name of the token’s volume. */
function sidecarText(pod: Pod): string {
  const { recordId } = fieldsOf(JSON.parse(annotationsOf(pod)[ANNOTATIONS.status] ?? '{}'));
  const parts = { containers: oursIn(pod), config: annotationsOf(pod)[ANNOTATIONS.envoyConfig] };
  return JSON.stringify(parts)
    .replaceAll(String(recordId), 'ID')
    .replaceAll(String(pod.metadata.name), 'NAME')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'TOKEN');
}
