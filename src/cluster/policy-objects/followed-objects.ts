import type { SidecarProfile } from '../../core/api/sidecar-profile.ts';
import type { LoadedObjects, ObjectSource } from '../../core/policy/policy-objects.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { Backoff } from '../backoff.ts';
import { JudgedPolicy, type JudgedPolicyOptions } from '../judged-policy.ts';
import { OneLookAtATime } from '../one-look-at-a-time.ts';
import type { Judgement, ReadPolicy } from '../policy-judgement.ts';
import { RestartingWatch, type RestartingWatchOptions } from '../restarting-watch.ts';
import type { KubeTransport } from '../transport.ts';
import { untilAnswered } from '../until-answered.ts';
import { lookWhenSaidAnew } from './changed-objects.ts';
import { type HistoryPlace, readHistory } from './history.ts';
import {
  collectionOf,
  PLURALS,
  policyObjectsReader,
  type StandingPolicyObject,
  sourcesOf,
} from './standing-objects.ts';

/** The policy as objects of the cluster, and how they become one. */
export interface PolicyInObjects {
  /** Where earlier ones are kept. */
  readonly history: HistoryPlace;
  readonly load: (objects: readonly ObjectSource[]) => LoadedObjects;
  readonly today: () => string;
}

/** A policy that was read from objects. */
export interface PolicyOfObjects extends ReadPolicy<ObjectSource> {
  /** Every object, as it stood when the policy was read. */
  readonly standing: readonly StandingPolicyObject[];
  /** Those that a policy of the cluster may name. */
  readonly profiles: readonly SidecarProfile[];
  /** What keeps the objects from deciding, where an earlier policy does in their place, and the number of that one. */
  readonly inPlaceOf?: { readonly problems: readonly Problem[]; readonly revision: number };
}

/**
 * Reads the policy that the objects of a cluster make up. Where they make up none, the last one that did is taken from its history: the
 * built-in policy would decide otherwise than the one before the restart.
 * @throws Fault PIL002 with every problem, when there is no earlier policy either; ApiError, ClusterUnreachable
 */
export async function policyOfObjects(
  at: PolicyInObjects,
  transport: KubeTransport,
  signal?: AbortSignal,
): Promise<PolicyOfObjects> {
  const readStanding = policyObjectsReader(transport);
  const standing = await readStanding(signal);
  const read = async () => sourcesOf(await readStanding());
  const loading = { read, load: at.load, today: at.today, standing };
  const sources = sourcesOf(standing);
  const loaded = at.load(sources);
  if ('active' in loaded) return { ...loading, ...loaded, sources };
  // which stages are open is no part of a policy, and has no history
  const plans = sources.filter(({ kind }) => kind === 'RolloutPlan');
  for (const { revision, objects } of await readHistory(transport, at.history, signal)) {
    const counting = [...objects, ...plans];
    const earlier = at.load(counting);
    if ('active' in earlier)
      return { ...loading, ...earlier, sources: counting, inPlaceOf: { problems: loaded.problems, revision } };
  }
  throw new Fault('PIL002', loaded.problems);
}

export interface FollowedObjectsOptions extends Omit<JudgedPolicyOptions<ObjectSource>, 'settleMs'> {
  readonly transport: KubeTransport;
  readonly watchMetrics: (resource: string) => RestartingWatchOptions['metrics'];
  /** Called with what stands after each look, and what was made of it. */
  readonly onLooked: (judgement: Judgement<ObjectSource>) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

// exceptions of a policy end with a day, of which no watch tells
const NEW_DAY_WITHIN_MS = 60_000;

/** The objects of the policy, followed by a watch of each kind. */
export class FollowedObjects {
  readonly #judge: JudgedPolicy<ObjectSource>;
  readonly #watches: readonly RestartingWatch[];
  readonly #looks: OneLookAtATime;
  readonly #stop = new AbortController();
  #poll: NodeJS.Timeout | undefined;

  constructor({ transport, watchMetrics, onLooked, now, random, ...options }: FollowedObjectsOptions) {
    const { policy, log } = options;
    const { signal } = this.#stop;
    const read = () => untilAnswered(policy.read, { backoff: new Backoff(random), signal });
    // an object changes as a whole: there is no half of a text to wait for
    const judge = new JudgedPolicy({ ...options, policy: { ...policy, read }, settleMs: 0 });
    this.#judge = judge;
    this.#looks = new OneLookAtATime(async () => {
      await judge.look();
      if (!signal.aborted) onLooked(judge.judgement);
    });
    const look = () => {
      void judge.lookAhead();
      void this.#looks.look();
    };
    this.#watches = (['InjectionPolicy', 'SidecarProfile', 'RolloutPlan'] as const).map(
      (kind) =>
        new RestartingWatch({
          transport,
          path: collectionOf(kind),
          target: lookWhenSaidAnew(look),
          log,
          metrics: watchMetrics(PLURALS[kind]),
          now,
          random,
        }),
    );
  }

  /** Follows the objects, from those on that the policy was loaded from. */
  start(): void {
    for (const watch of this.#watches) watch.start();
    this.#poll = setInterval(() => void this.#looks.look(), NEW_DAY_WITHIN_MS).unref();
  }

  /** Stops following; the active policy stays. */
  close(): void {
    this.#judge.close();
    clearInterval(this.#poll);
    this.#stop.abort(new Error('the policy is no longer followed'));
    for (const watch of this.#watches) void watch.stop();
  }
}
