import type { JudgedPolicyOptions } from '../cluster/judged-policy.ts';
import { PolicyConfigMap, type PolicyInConfigMap, policyOfConfigMap } from '../cluster/policy-config-map.ts';
import { PolicyFiles, type PolicyFromFiles } from '../cluster/policy-files.ts';
import type { RestartingWatchOptions } from '../cluster/restarting-watch.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';

/** What a server does with the changes of its policy. */
export interface PolicyFollower extends Pick<JudgedPolicyOptions, 'use' | 'log' | 'metrics'> {
  readonly watchMetrics: RestartingWatchOptions['metrics'];
}

/** A policy that was read, wherever it comes from. */
export interface OpenPolicy {
  readonly active: ActivePolicy;
  /** What follows it, once started. */
  follow(follower: PolicyFollower): { start(): void; close(): void };
}

/**
 * Reads the policy that decides first.
 * @throws Fault PIL002 with every problem of a ConfigMap, Error when it cannot be read
 */
export async function openPolicy(
  from: PolicyFromFiles | PolicyInConfigMap,
  transport: KubeTransport,
): Promise<OpenPolicy> {
  if (!('configMap' in from))
    return { active: from.active, follow: (follower) => new PolicyFiles({ ...follower, policy: from }) };
  const policy = await policyOfConfigMap(from, transport);
  const { configMap } = from;
  return {
    active: policy.active,
    follow: (follower) =>
      new PolicyConfigMap({ ...follower, transport, configMap, policy, now: Date.now, random: Math.random }),
  };
}
