import type { Pod } from '../kubernetes/pod.ts';

const amounts = { cpu: '1m', memory: '1Mi' };
const CONTAINER = {
  name: 'app',
  image: 'pillion.io/doctor:dry-run',
  resources: { requests: amounts, limits: amounts },
  securityContext: { runAsUser: 65_532, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const SECURITY = { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } };

/** An ordinary pod that asks and that the strictest Pod Security level allows: for a dry run, and to see what its sidecar would be. */
export const probePod = (podKey: string): Pod & { readonly apiVersion: string; readonly kind: string } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'pillion-doctor-', annotations: { [podKey]: 'true' } },
  spec: { containers: [CONTAINER], securityContext: SECURITY },
});
