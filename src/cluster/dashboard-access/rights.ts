import { INJECT_CONFIGURATION } from '../../core/registration/pod-hooks.ts';
import { ApiError } from '../api-error.ts';
import type { KubeTransport } from '../transport.ts';
import { whoAmI } from '../who-am-i.ts';
import { NoDashboard } from './no-dashboard.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What whoever opens the dashboard has to be allowed, beside what the dashboard itself asks of a reader. */
export const OPENING_RULES = {
  'list pods': { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  // a WebSocket begins with a GET, and from Kubernetes 1.35 on also asks for create
  'forward a port of a pod': { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  'read a webhook configuration': {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations'],
    resourceNames: [INJECT_CONFIGURATION],
    verbs: ['get'],
  },
  'ask for a token of a service account': {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    verbs: ['create'],
  },
} as const satisfies Record<string, Rule>;

/**
 * Does something that needs a right.
 * @param where the namespace in which a Role has to grant it; without one it is for the whole cluster
 * @throws NoDashboard that names the right and the rule that grants it, and whatever else `call` throws
 */
export async function needing<T>(
  right: keyof typeof OPENING_RULES,
  where: string | undefined,
  transport: KubeTransport,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    const role = where === undefined ? 'a ClusterRole' : `a Role of the namespace ${where}`;
    const place = where === undefined ? '' : ` in the namespace ${where}`;
    throw new NoDashboard(
      `${await whoAmI(transport)} may not ${right}${place}. This rule in ${role} grants it: ${JSON.stringify(OPENING_RULES[right])}. docs/dashboard-command.md has all that opening the dashboard needs. The API server said: ${error.said}`,
      error,
    );
  }
}
