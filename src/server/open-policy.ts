import type { Logger } from 'pino';
import { Backoff } from '../cluster/backoff.ts';
import type { JudgedPolicyOptions } from '../cluster/judged-policy.ts';
import { PolicyConfigMap, type PolicyInConfigMap, policyOfConfigMap } from '../cluster/policy-config-map.ts';
import { PolicyFiles, type PolicyFromFiles } from '../cluster/policy-files.ts';
import type { RestartingWatchOptions } from '../cluster/restarting-watch.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { untilAnswered } from '../cluster/until-answered.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { abortedBySignal, type SignalSource } from './lifecycle.ts';
import type { Remarks } from './ops/remarks.ts';

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

export interface PolicyReading {
  readonly transport: KubeTransport;
  readonly signals: SignalSource;
  readonly log: Logger;
  readonly remarks: Remarks;
  readonly elapsedMs: () => number;
}

// in which an API server that is restarted is back, however slow; then whoever started the process has to know
const READ_WITHIN_MS = 10 * 60_000;

const TOPIC = 'first policy';

/**
 * Reads the policy that decides first. An API server that does not answer is asked again, for ten minutes at most.
 * @returns undefined when a signal ended the process meanwhile
 * @throws Fault PIL002 with every problem of a ConfigMap, Error when it cannot be read
 */
export async function openPolicy(
  from: PolicyFromFiles | PolicyInConfigMap,
  { transport, signals, log, remarks, elapsedMs }: PolicyReading,
): Promise<OpenPolicy | undefined> {
  if (!('configMap' in from))
    return { active: from.active, follow: (follower) => new PolicyFiles({ ...follower, policy: from }) };
  const { configMap } = from;
  const { signal, close } = abortedBySignal(signals);
  try {
    const policy = await untilAnswered(() => policyOfConfigMap(from, transport, signal), {
      backoff: new Backoff(Math.random),
      signal,
      within: { ms: READ_WITHIN_MS, elapsedMs },
      onFailure: (err, nextInMs) => {
        const { namespace, name } = configMap;
        const said = `the policy in ConfigMap ${namespace}/${name} cannot be read yet: ${(err as Error).message}`;
        remarks.say(TOPIC, said);
        log.warn({ err, nextInMs: Math.round(nextInMs) }, said);
      },
    });
    remarks.say(TOPIC, undefined);
    return {
      active: policy.active,
      follow: (follower) =>
        new PolicyConfigMap({ ...follower, transport, configMap, policy, now: Date.now, random: Math.random }),
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    log.info('stopped before there was a policy');
    return undefined;
  } finally {
    close();
  }
}
