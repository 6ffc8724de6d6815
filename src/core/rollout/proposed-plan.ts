import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { FitVerdict } from '../compatibility/compatibility.ts';

/** A namespace that may be brought into the mesh, with what `check` says of its workloads. */
export interface NamespaceToPlan {
  readonly name: string;
  readonly tribe: string | undefined;
  readonly workloads: readonly {
    readonly kind: string;
    readonly name: string;
    readonly verdict: FitVerdict;
    /** Of the findings that count. */
    readonly codes: readonly string[];
  }[];
}

export interface PlanWishes {
  /** So many stages at most. */
  readonly stages: number;
  /** The first day of the first stage; stages have no days without it. */
  readonly start: string | undefined;
  /** Days from one stage to the next. */
  readonly every: number;
}

/** A namespace of the proposal, and why it stands where it does. */
export interface PlannedNamespace {
  readonly namespace: string;
  readonly tribe: string | undefined;
  readonly workloads: number;
  readonly incompatible: number;
  readonly why: string;
}

export interface ProposedStage {
  readonly name: string;
  readonly from?: string;
  readonly until?: string;
  readonly namespaces: readonly PlannedNamespace[];
}

/** Stages that are proposed, and the namespaces that are left out of them. */
export interface ProposedPlan {
  readonly stages: readonly ProposedStage[];
  readonly leftOut: readonly { readonly namespace: string; readonly why: string }[];
}

/**
 * Proposes stages, small and safe first: the first is one small namespace where all is compatible, then each is about twice the one before. Namespaces
 * with findings come after those without, those with incompatible workloads last, and of each kind those of a tribe stand together. Where
 * nothing could have a sidecar, a namespace is left out.
 */
export function proposedPlan(namespaces: readonly NamespaceToPlan[], wishes: PlanWishes): ProposedPlan {
  const judged = namespaces.map((one) => ({ ...one, ...judgementOf(one) }));
  const leftOut = judged
    .filter(({ risk }) => risk === NOTHING)
    .map(({ name, why }) => ({ namespace: name, why }))
    .toSorted(by(({ namespace }) => namespace));
  const counts = judged.filter(({ risk }) => risk !== NOTHING);
  const sizes = new Map<string, number>();
  const group = ({ risk, tribe, name }: (typeof counts)[number]) => `${risk} ${tribe ?? `/${name}`}`;
  for (const one of counts) sizes.set(group(one), (sizes.get(group(one)) ?? 0) + one.workloads.length);
  const ordered = counts.toSorted(
    (one, other) =>
      one.risk - other.risk ||
      (sizes.get(group(one)) ?? 0) - (sizes.get(group(other)) ?? 0) ||
      compared(group(one), group(other)) ||
      one.workloads.length - other.workloads.length ||
      compared(one.name, other.name),
  );
  const [pilot, ...rest] = smallestFirst(ordered);
  const stages = pilot === undefined ? [] : [[pilot], ...doubling(rest, wishes.stages - 1)];
  return { stages: stages.map((members, index) => stageOf(members, index, wishes)), leftOut };
}

/** The plan as a document. */
export const planOf = (stages: readonly ProposedStage[]): RolloutPlan => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: {
    stages: stages.map(
      ({ name, from, until, namespaces }): RolloutStage => ({
        name,
        state: 'Closed',
        ...(from !== undefined && { from }),
        ...(until !== undefined && { until }),
        namespaces: namespaces.map(({ namespace }) => namespace),
        // those that are known of must not keep it closed, one more has to
        ...allowing(namespaces),
      }),
    ),
    goals: [],
    gates: { compatibility: { incompatible: 0 } },
  },
});

function allowing(namespaces: readonly PlannedNamespace[]): Pick<RolloutStage, 'gates'> {
  const incompatible = namespaces.reduce((sum, one) => sum + one.incompatible, 0);
  return incompatible === 0 ? {} : { gates: { compatibility: { incompatible } } };
}

const NOTHING = 3;

function judgementOf({ workloads }: NamespaceToPlan): { readonly risk: number; readonly why: string } {
  const of = (verdict: FitVerdict) => workloads.filter((one) => one.verdict === verdict);
  const [incompatible, changing] = [of('incompatible'), of('needs-changes')];
  const codes = (some: NamespaceToPlan['workloads']) =>
    [...new Set(some.flatMap((one) => one.codes))].sort().join(', ');
  const named = (some: NamespaceToPlan['workloads']) => some.map(({ kind, name }) => `${kind}/${name}`).join(', ');
  if (workloads.length === 0) return { risk: NOTHING, why: 'it has no workloads' };
  if (incompatible.length === workloads.length)
    return { risk: NOTHING, why: `none of its workloads can have a sidecar: ${codes(incompatible)}` };
  if (incompatible.length > 0)
    return { risk: 2, why: `incompatible, so they must not ask: ${named(incompatible)} (${codes(incompatible)})` };
  if (changing.length > 0) return { risk: 1, why: `${changing.length} to change first: ${codes(changing)}` };
  return { risk: 0, why: 'all compatible' };
}

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const by =
  <T>(text: (value: T) => string) =>
  (one: T, other: T): number =>
    compared(text(one), text(other));

type Judged = NamespaceToPlan & { readonly risk: number; readonly why: string };

/** The smallest of the safest before all others, which stay in their order. */
function smallestFirst(ordered: readonly Judged[]): readonly Judged[] {
  const safest = ordered.filter(({ risk }) => risk === ordered[0]?.risk);
  const [smallest] = safest.toSorted((one, other) => one.workloads.length - other.workloads.length);
  return smallest === undefined ? [] : [smallest, ...ordered.filter((one) => one !== smallest)];
}

/** Parts of a list, each with about twice the workloads of the one before. */
function doubling(list: readonly Judged[], parts: number): readonly (readonly Judged[])[] {
  if (list.length === 0) return [];
  const most = Math.max(1, Math.min(parts, list.length));
  const total = list.reduce((sum, { workloads }) => sum + workloads.length, 0);
  const made: Judged[][] = Array.from({ length: most }, () => []);
  let before = 0;
  let at = 0;
  for (const [index, one] of list.entries()) {
    const share = (total * (2 ** (at + 1) - 1)) / (2 ** most - 1);
    const lacking = most - at - 1;
    // the last ones get a part each, rather than none
    const hasTo = made[at]?.length !== 0 && list.length - index <= lacking;
    // a part ends where it is nearest to its share
    const isFull = before >= share || share - before < before + one.workloads.length - share;
    if (at < most - 1 && made[at]?.length !== 0 && (isFull || hasTo)) at += 1;
    made[at]?.push(one);
    before += one.workloads.length;
  }
  return made.filter(({ length }) => length > 0);
}

const MOST_NAME = 63;

function stageOf(members: readonly Judged[], index: number, { start, every }: PlanWishes): ProposedStage {
  const tribes = new Set(members.map(({ tribe }) => tribe));
  const [tribe] = tribes;
  const suffix =
    tribes.size === 1 && tribe !== undefined && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(tribe) ? `-${tribe}` : '';
  const name = index === 0 ? 'pilot' : `stage-${index + 1}${suffix}`.slice(0, MOST_NAME).replace(/-$/, '');
  return {
    name,
    ...(start !== undefined && {
      from: dayAfter(start, index * every),
      until: dayAfter(start, (index + 1) * every - 1),
    }),
    namespaces: members.map(({ name: namespace, tribe: of, workloads, why }) => ({
      ...{ namespace, tribe: of, workloads: workloads.length, why },
      incompatible: workloads.filter(({ verdict }) => verdict === 'incompatible').length,
    })),
  };
}

const DAY_MS = 86_400_000;

/** A day in UTC, so many days later. */
const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
