import type { Hook } from '../../src/core/admission/hook.ts';
import type { Answered } from './admissions.ts';
import type { Json } from './pods.ts';

/** What an event tells of a request; what is left out is that of the creation of a pod. */
export interface AuditedRequest {
  readonly answers: Partial<Record<Hook, Answered>>;
  readonly level?: 'Metadata' | 'Request';
  readonly object?: Json;
  readonly objectRef?: Json;
  readonly more?: Json;
}

/** An event of the API server’s audit log, with what the hooks wrote into it. */
export function auditEvent({ answers, level = 'Metadata', object, objectRef, more }: AuditedRequest): Json {
  const annotations = Object.entries(answers).flatMap(([hook, { review }]) =>
    Object.entries(review.response.auditAnnotations ?? {}).map(([key, value]) => [`${hook}.pillion.io/${key}`, value]),
  );
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: 'audit-1',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods?fieldManager=kubectl',
    verb: 'create',
    user: { username: 'system:serviceaccount:kube-system:job-controller', groups: ['system:authenticated'] },
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1', ...objectRef },
    responseStatus: { metadata: {}, code: 201 },
    ...(level === 'Request' ? { requestObject: object } : {}),
    requestReceivedTimestamp: '2026-11-03T10:00:00.000000Z',
    stageTimestamp: '2026-11-03T10:00:00.012345Z',
    annotations: { 'authorization.k8s.io/decision': 'allow', ...Object.fromEntries(annotations) },
    ...more,
  };
}
