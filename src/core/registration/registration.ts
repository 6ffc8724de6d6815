import type { Hook } from '../admission/hook.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { finalState } from './final-state.ts';
import { inertOptIn } from './inert-opt-in.ts';
import { namespacesConfiguration } from './namespace-hook.ts';
import type { RegisteredObject } from './objects.ts';
import { overrides } from './overrides.ts';
import { injectConfiguration, warnConfiguration } from './pod-hooks.ts';
import { policiesConfiguration } from './policy-hook.ts';
import { renderedAnnotations } from './rendered-annotations.ts';
import { servicesConfiguration } from './service-hook.ts';
import { workloadsConfiguration } from './workload-hooks.ts';

/** How the API server reaches the webhook. */
export type WebhookAddress =
  | { readonly url: string }
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port: number } };

/** Where each hook is served. The path is what a user reads in the API server’s error while the webhook is down. */
export const HOOK_PATHS = {
  inject: '/inject/pod-asked-for-sidecar',
  warn: '/warn',
  workloads: '/workloads',
  namespaces: '/namespaces',
  policies: '/policies',
  services: '/services',
} as const satisfies Record<Hook, string>;

/**
 * The objects by which the API server calls Pillion, and those by which it holds the policy itself, rendered from the policy: only
 * pods for which `decide` can say inject depend on them.
 * @param caBundle the PEM certificates that the webhook’s own must descend from; when empty it is left out, for whoever writes it there
 * @returns each object once; a policy that asks for less of the API server renders fewer, and what is no longer among them
 *   is to be removed
 */
export function renderRegistration(
  policy: ActivePolicy,
  address: WebhookAddress,
  caBundle: string,
): readonly RegisteredObject[] {
  const clientConfig = (hook: Hook) => {
    const path = HOOK_PATHS[hook];
    return {
      ...('url' in address ? { url: new URL(path, address.url).href } : { service: { ...address.service, path } }),
      ...(caBundle === '' ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }),
    };
  };
  return [
    injectConfiguration(policy, clientConfig('inject')),
    warnConfiguration(policy, clientConfig('warn')),
    workloadsConfiguration(policy, clientConfig('workloads')),
    namespacesConfiguration(policy, clientConfig('namespaces')),
    policiesConfiguration(clientConfig('policies')),
    servicesConfiguration(clientConfig('services')),
    ...finalState(policy),
    ...overrides(policy),
    ...renderedAnnotations(policy),
    ...inertOptIn(policy),
  ];
}
