import { execFile } from 'node:child_process';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import jsonPatch from 'fast-json-patch';
import type { AdmissionReview } from '../../src/core/admission/review.ts';
import { admitted, operationsOf, reviewOf } from '../core-fixtures/admissions.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import { findPeerPrograms } from './peer-programs.ts';
import { istioPolicy } from './profile.ts';

/** Makes of a pod, as the API server would send it, the pod that it stores. */
export type Injector = (pod: PodJson, namespace: string) => Promise<V1Pod>;

export const byPillion: Injector = async (pod, namespace) =>
  patched(pod, admitted(pod, { policy: istioPolicy(), namespace }).review);

/** Istio’s own handler: what it makes has to pass the same tests, or they ask for the wrong thing. */
export const byIstio: Injector = async (pod, namespace) => {
  const { injector } = await findPeerPrograms(['injector']);
  return patched(pod, await answered(injector, JSON.stringify(reviewOf(pod, 'first', namespace))));
};

/** Whoever injects the pods of these tests. */
export const INJECTORS = [
  { by: 'Pillion', inject: byPillion },
  { by: "Istio's injector", inject: byIstio },
];

/** The container of this name in either list. */
export function containerOf({ spec }: V1Pod, name: string): V1Container {
  const found = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((each) => each.name === name);
  if (found) return found;
  throw new Error(`the pod of a test has no container ${name}`);
}

function patched(pod: PodJson, review: AdmissionReview): V1Pod {
  if (!review.response.allowed) throw new Error(`the pod of a test was refused: ${JSON.stringify(review.response)}`);
  return jsonPatch.applyPatch(structuredClone(pod), operationsOf(review), true).newDocument as unknown as V1Pod;
}

function answered(injector: string, review: string): Promise<AdmissionReview> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ENABLE_NATIVE_SIDECARS: 'true' };
    const child = execFile(injector, ['answer'], { env, maxBuffer: 16 << 20 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(`${review}\n`);
  });
}
