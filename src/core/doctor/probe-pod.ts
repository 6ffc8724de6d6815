import type { Labels, Pod } from '../kubernetes/pod.ts';

const amounts = { cpu: '1m', memory: '1Mi' };
const CONTAINER = {
  name: 'app',
  image: 'pillion.io/doctor:dry-run',
  resources: { requests: amounts, limits: amounts },
  securityContext: { runAsUser: 65_532, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const SECURITY = { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } };

export type ProbePod = Pod & { readonly apiVersion: string; readonly kind: string };

/** An ordinary pod that asks and that the strictest Pod Security level allows: for a dry run, and to see what its sidecar would be. */
export const probePod = (podKey: string, labels?: Labels): ProbePod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'pillion-doctor-', annotations: { [podKey]: 'true' }, ...(labels && { labels }) },
  spec: { containers: [CONTAINER], securityContext: SECURITY },
});
