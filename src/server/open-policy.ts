import type { Logger } from 'pino';
import { Backoff } from '../cluster/backoff.ts';
import type { JudgedPolicyOptions } from '../cluster/judged-policy.ts';
import { PolicyFiles, type PolicyFromFiles } from '../cluster/policy-files.ts';
import type { Judgement } from '../cluster/policy-judgement.ts';
import {
  FollowedObjects,
  type PolicyInObjects,
  type PolicyOfObjects,
  policyOfObjects,
} from '../cluster/policy-objects/followed-objects.ts';
import type { RestartingWatchOptions } from '../cluster/restarting-watch.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { untilAnswered } from '../cluster/until-answered.ts';
import type { PolicySet } from '../core/policy/active-policy.ts';
import type { ObjectSource } from '../core/policy/policy-objects.ts';
import { problemLine } from '../core/problem/problem.ts';
import { abortedBySignal, type SignalSource } from './lifecycle.ts';
import type { Remarks } from './ops/remarks.ts';

/** What a server does with the changes of its policy. */
export interface PolicyFollower extends Pick<JudgedPolicyOptions, 'use' | 'log' | 'metrics'> {
  readonly watchMetrics: (resource: string) => RestartingWatchOptions['metrics'];
  /** Called after each look at objects of the cluster. */
  readonly onLooked: (judgement: Judgement<ObjectSource>) => void;
}

/** The objects that a policy was read from, and how they become one. */
export interface PolicyObjects extends Pick<PolicyInObjects, 'load'> {
  readonly sources: readonly ObjectSource[];
}

/** A policy that was read, wherever it comes from. */
export interface OpenPolicy extends PolicySet {
  /** Undefined where it comes from files. */
  readonly objects?: PolicyObjects;
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
 * @throws Fault PIL002 with every problem of objects that have no earlier policy, Error when they cannot be read
 */
export async function openPolicy(
  from: PolicyFromFiles | PolicyInObjects,
  reading: PolicyReading,
): Promise<OpenPolicy | undefined> {
  if ('files' in from)
    return {
      active: from.active,
      shadows: from.shadows,
      follow: (follower) => new PolicyFiles({ ...follower, policy: from }),
    };
  const policy = await firstOfObjects(from, reading);
  if (policy === undefined) return undefined;
  const { transport, log } = reading;
  if (policy.inPlaceOf !== undefined) {
    const { problems, revision } = policy.inPlaceOf;
    for (const problem of problems) log.error({ ...problem }, `policy refused: ${problemLine(problem)}`);
    log.error(
      { problems: problems.length, history: revision, revision: policy.active.revision },
      'the policy of the cluster is refused, so the last one that was good decides; mend the places that are named',
    );
  }
  return {
    active: policy.active,
    shadows: policy.shadows,
    objects: { sources: policy.standing.map(({ source }) => source), load: from.load },
    follow: (follower) => new FollowedObjects({ ...follower, transport, policy, now: Date.now, random: Math.random }),
  };
}

async function firstOfObjects(
  from: PolicyInObjects,
  { transport, signals, log, remarks, elapsedMs }: PolicyReading,
): Promise<PolicyOfObjects | undefined> {
  const { signal, close } = abortedBySignal(signals);
  try {
    const policy = await untilAnswered(() => policyOfObjects(from, transport, signal), {
      backoff: new Backoff(Math.random),
      signal,
      within: { ms: READ_WITHIN_MS, elapsedMs },
      onFailure: (err, nextInMs) => {
        const said = `the InjectionPolicies and SidecarProfiles of the cluster cannot be read yet: ${(err as Error).message}`;
        remarks.say(TOPIC, said);
        log.warn({ err, nextInMs: Math.round(nextInMs) }, said);
      },
    });
    remarks.say(TOPIC, undefined);
    return policy;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.info('stopped before there was a policy');
    return undefined;
  } finally {
    close();
  }
}
