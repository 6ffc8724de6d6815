import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { injected } from './admitted-pod.ts';
import { INTENDED } from './intended.ts';
import { goldensOf, inputOf, outcomeOf, podsOf } from './outcome.ts';
import { type Json, readPeer } from './peer.ts';
import { policyFor } from './policy.ts';
import { CASES } from './settings.ts';
import { workloadPod } from './workload-pod.ts';

const NAMESPACE = 'goldens';
const peer = await readPeer();

let controlPlane: ControlPlane;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = apiClient(controlPlane);
  await controlPlane.createNamespace(NAMESPACE);
});

afterAll(async () => {
  api?.close();
  await controlPlane?.stop();
});

/** Whether the API server would take a pod: 201, or why not. */
async function judged(pod: Json): Promise<string> {
  const { ownerReferences, namespace, ...metadata } = pod.metadata as Json;
  const body = { apiVersion: 'v1', kind: 'Pod', ...pod, metadata: { ...metadata, name: 'golden' } };
  const answer = await api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, body);
  return answer.status === 201 ? 'taken' : `${answer.status}: ${String(answer.body.message)}`;
}

// an item of the Istio reference needs no other proof, but the two agree where the pod cannot exist
const IMPOSSIBLE: readonly (readonly [golden: string, why: string])[] = [
  ['only-proxy-container.yaml.injected', 'spec.containers: Required value'],
  ['sidecar-spire.yaml.injected', 'Duplicate value: "istio-proxy"'],
];

test('every golden that is missed for the sake of the API server is among those below', () => {
  const refused = INTENDED.filter(({ reason }) => reason === 'refused by the API server').map(({ golden }) => golden);
  expect(IMPOSSIBLE.map(([golden]) => golden)).toEqual(expect.arrayContaining(refused));
});

test.each(IMPOSSIBLE)('the API server refuses the pod of %s', async (golden, why) => {
  const [theirs] = peer.objects(golden);
  expect(await judged(workloadPod(theirs ?? {}) ?? {})).toContain(why);
});

// the volume that it asks for in an annotation has an absolute path where Kubernetes wants a relative one
const INVALID_WISH = 'user-volume.yaml.injected';

test.each(['Istio', 'Corrected'] as const)(
  'what is rendered with compatibility %s is taken wherever the pod without it is',
  async (compatibility) => {
    const refused: string[] = [];
    let taken = 0;
    for (const golden of goldensOf(peer).filter((name) => name !== INVALID_WISH)) {
      const policy = policyFor(CASES.get(golden) ?? {}, peer, compatibility);
      for (const { pod, namespace } of podsOf(peer.objects(inputOf(golden)))) {
        if (pod === undefined || (await judged(pod)) !== 'taken') continue;
        const made = injected(pod, namespace, policy);
        if (made.kind === 'refused') continue;
        const word = await judged(made.pod);
        if (word === 'taken') taken += 1;
        else refused.push(`${golden}: ${word}`);
      }
    }
    expect(refused).toEqual([]);
    expect(taken).toBeGreaterThan(90);
  },
);

test('the pod with the SPIRE template that is rendered instead of Istio’s is taken', async () => {
  const golden = 'sidecar-spire.yaml.injected';
  expect(outcomeOf(golden, peer).verdict).toBe('intended');
  const [input] = podsOf(peer.objects(inputOf(golden)));
  const made = injected(input?.pod ?? {}, 'default', policyFor(CASES.get(golden) ?? {}, peer, 'Istio'));
  expect(made.kind === 'pod' ? await judged(made.pod) : made).toBe('taken');
});
