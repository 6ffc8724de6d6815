import { reviewOfPodCreation } from '../../src/core/admission/review-of.ts';

let uids = 0;

/** A pod that asks for its sidecar, with `change` laid over it. */
export function askingPod(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'cart-', labels: { app: 'cart' }, annotations: { 'sidecar.istio.io/inject': 'true' } },
    spec: { containers: [{ name: 'app', image: 'registry.local/cart:1' }] },
    ...change,
  };
}

export interface SampleReview {
  readonly uid: string;
  readonly json: string;
  readonly body: Record<string, unknown>;
}

/** The review of the creation of `pod`, with a uid of its own. */
export function reviewOf(pod: Record<string, unknown> = askingPod(), namespace = 'shop'): SampleReview {
  uids += 1;
  const uid = `00000000-0000-4000-8000-${String(uids).padStart(12, '0')}`;
  const body = reviewOfPodCreation(pod, {
    uid,
    namespace,
    user: 'system:serviceaccount:kube-system:rs',
    dryRun: false,
  });
  return { uid, json: JSON.stringify(body), body };
}

/** The response of an AdmissionReview. */
export function responseIn(
  text: string,
): Record<string, unknown> & { readonly uid: string; readonly allowed: boolean } {
  return JSON.parse(text).response;
}
