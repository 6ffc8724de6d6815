import { annotatedPod, type PodShape } from './pods.ts';

/** One input of the benchmark: the bytes of a review as an API server sends them. */
export interface BenchReview {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The namespace of every pod here; it is enabled. */
export const NAMESPACE = 'shop';

const UID = '7f3c7a3e-5c1d-4c62-9a0e-0c6d1c1f4b7a';

/** The review of a pod that the ReplicaSet controller creates, with every field that kube-apiserver 1.37 writes. */
export function podReview(object: object): Buffer {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const review = {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UID,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      namespace: NAMESPACE,
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: 'b8f2b6b1-6d0c-4d27-8c9b-4f0f6f3c9a11',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=4d9f4c1e-9f9a-4f9e-8f7a-1f5f4a2c8e21'] },
      },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
  return Buffer.from(`${JSON.stringify(review)}\n`);
}

const shaped = (name: string, shape: PodShape): BenchReview => ({ name, bytes: podReview(annotatedPod(shape)) });

export const ORDINARY = shaped('ordinary pod', { asks: true, variables: 6 });
export const LARGE = shaped('pod with 2,000 env vars', { asks: true, variables: 2000 });
export const SILENT = shaped('skipped pod (not opted in)', { asks: false, variables: 6 });
