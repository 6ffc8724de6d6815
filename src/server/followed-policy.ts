import type { Logger } from 'pino';
import type { DecisionCounts } from '../cluster/decision-counts.ts';
import { ownerReader } from '../cluster/owner-reference.ts';
import { ObjectsKeeper } from '../cluster/policy-objects/objects-keeper.ts';
import type { AppliedObject } from '../cluster/registration/registered-objects.ts';
import type { ShadowSummaries } from '../cluster/shadow-summaries.ts';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { knownObjects } from '../core/admission/known-objects.ts';
import type { Snapshot } from '../core/admission/snapshot.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { namespaceLabelsRead } from '../core/policy/namespace-labels.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ClusterWatches } from './cluster-watches.ts';
import type { OpenPolicy } from './open-policy.ts';
import type { Installation, Registrar } from './registrar.ts';

/** What is known before anything was seen of the cluster but its policy. */
export const firstSnapshot = ({ active, shadows, objects }: OpenPolicy): Snapshot => ({
  policy: active,
  shadows,
  ...(objects && { objects: knownObjects(objects.sources, objects.load) }),
  namespaces: new Map(),
});

export interface PolicyFollowing {
  readonly transport: KubeTransport;
  readonly snapshot: SnapshotHolder;
  readonly watches: ClusterWatches;
  readonly registrar: Registrar | undefined;
  /** What a policy registers. */
  readonly objectsFor: (active: ActivePolicy) => readonly AppliedObject[];
  readonly register: () => Promise<void>;
  /** Told when a policy is in force. */
  readonly onInForce: () => void;
  readonly installation: Installation | undefined;
  /** Told what policies in mode Shadow there are. */
  readonly shadows: ShadowSummaries;
  /** What this replica decided. */
  readonly decisions: DecisionCounts;
  /** The name of this replica. */
  readonly replica: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A policy that takes effect when it changes. */
export interface FollowedPolicy {
  start(): void;
  /** To be called when this replica begins or ends to write for all. */
  look(): void;
  /** The policy that decides stays. */
  stop(): Promise<void>;
}

/** Puts each change of the policy in force; where it comes from objects, writes down what became of them. */
export function followPolicy(policy: OpenPolicy, following: PolicyFollowing): FollowedPolicy {
  const { snapshot, watches, registrar, objectsFor, register, log, metrics } = following;
  const keeper = policy.objects && keeperOf(following);
  const askShadows = (shadows: readonly ActivePolicy[]): void => {
    following.shadows.follow(shadows);
    metrics.shadows.asked(shadows.map(({ name }) => name));
  };
  askShadows(policy.shadows);
  const follower = policy.follow({
    use: async ({ active, shadows }, superseded) => {
      await registrar?.prepare(objectsFor(active), superseded);
      const labels = namespaceLabelsRead(active, ...shadows);
      await watches.keepLabels(labels, () => {
        snapshot.replace({ policy: active, shadows });
        askShadows(shadows);
      });
      watches.judgeServicesAgain();
      void register();
      following.onInForce();
    },
    log,
    metrics: metrics.policy,
    watchMetrics: metrics.watch,
    onLooked: (judgement) => {
      if (policy.objects) snapshot.replace({ objects: knownObjects(judgement.judged, policy.objects.load) });
      keeper?.judged(judgement);
    },
  });
  return {
    start: () => follower.start(),
    look: () => keeper?.look(),
    stop: async () => {
      follower.close();
      await keeper?.stop();
    },
  };
}

function keeperOf(following: PolicyFollowing): ObjectsKeeper | undefined {
  const { transport, installation, shadows, decisions, replica, registrar, log } = following;
  // what belongs to no installation has no place of its own in a cluster
  if (installation === undefined) return undefined;
  return new ObjectsKeeper({
    transport,
    place: { namespace: installation.namespace, installation: installation.name },
    owner: ownerReader(transport, installation.name),
    replica,
    counted: { shadows: () => shadows.current, decided: (revision) => decisions.under(revision) },
    holds: () => registrar?.holds ?? false,
    log,
    now: () => new Date(),
    random: Math.random,
  });
}
