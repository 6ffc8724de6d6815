import type { CapacityView } from './capacity.ts';
import type { NamespaceFilter } from './namespace-pages.ts';
import type { Overview } from './overview.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from './playground.ts';
import type { PolicyView } from './policy.ts';
import type { Briefing, Rollout } from './rollout.ts';
import type { WorkloadFilter } from './workload-pages.ts';
import type { NamespacePage, WorkloadDetail, WorkloadPage } from './workloads.ts';

/** Whether whoever asks may see what is in a namespace. */
export type Visible = (namespace: string) => boolean;

/** What stands behind each route but the feed. Each rejects where nothing was ever read, with what to do. */
export interface DashboardData {
  overview(query: { readonly days?: number }, visible: Visible): Promise<Overview>;
  rollout(query: object, visible: Visible): Promise<Rollout>;
  /** @returns undefined where the plan has no such stage */
  briefing(query: { readonly stage: string }, visible: Visible): Promise<Briefing | undefined>;
  namespaces(query: NamespaceFilter, visible: Visible): Promise<NamespacePage>;
  workloads(query: WorkloadFilter, visible: Visible): Promise<WorkloadPage>;
  /** @returns undefined where there is no such workload, or it may not be seen */
  workload(
    query: { readonly namespace: string; readonly kind: string; readonly name: string },
    visible: Visible,
  ): Promise<WorkloadDetail | undefined>;
  policy(query: object, visible: Visible): Promise<PolicyView>;
  capacity(query: object, visible: Visible): Promise<CapacityView>;
  playground(question: PlaygroundQuestion, visible: Visible): Promise<PlaygroundAnswer>;
}
