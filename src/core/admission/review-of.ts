/** The AdmissionReview that an API server sends for the creation of a pod, as far as Pillion reads it. */
export function reviewOfPodCreation(
  pod: Readonly<Record<string, unknown>>,
  { uid, namespace, user, dryRun }: { uid: string; namespace: string; user: string; dryRun: boolean },
): Record<string, unknown> {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      namespace,
      operation: 'CREATE',
      userInfo: { username: user, groups: ['system:authenticated'] },
      object: pod,
      oldObject: null,
      dryRun,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    },
  };
}
