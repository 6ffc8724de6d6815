import type { SidecarState } from '../running/sidecar-state.ts';
import { type JudgedPod, POD_STATES } from './judged-pod.ts';
import { nextStep } from './next-step.ts';

/** How many pods are in each state. */
export type StateCounts = Readonly<Record<SidecarState, number>>;

/** A pod that is not as the policy wants it. */
export interface ScanFinding {
  readonly namespace: string;
  readonly pod: string;
  readonly owner: string;
  readonly state: SidecarState;
  readonly reason: string;
  readonly next: string;
}

export interface NamespaceCounts extends StateCounts {
  readonly name: string;
}

/** What one look at all running pods found. Its size is bounded, whatever the size of the cluster. */
export interface ScanReport {
  readonly pods: StateCounts;
  /** Those with something to do, the worst first. */
  readonly namespaces: readonly NamespaceCounts[];
  /** How many more have something to do. */
  readonly moreNamespaces: number;
  /** The worst states first, then by namespace and pod. */
  readonly findings: readonly ScanFinding[];
  readonly moreFindings: number;
}

/** So many namespaces and pods are named: an entry is some 300 bytes and at most 1,500, so a report stays below 300 KiB of the 1.5 MiB of an object. */
export const MOST_NAMESPACES = 100;
export const MOST_FINDINGS = 150;

/** The states that somebody has to do something about, the worst first. */
export const TO_MEND = ['forged', 'missing', 'refused', 'unwanted', 'stale'] as const satisfies readonly SidecarState[];

/** So many characters of the name of an owner, and of what to do, are told. */
export const LONGEST_OWNER = 320;
export const LONGEST_NEXT = 1_024;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text);

const none = (): Record<SidecarState, number> =>
  Object.fromEntries(POD_STATES.map((state) => [state, 0])) as Record<SidecarState, number>;

/** Sums up pods one after another, and keeps of them only what a report names: memory does not grow with the pods. */
export class ScanTally {
  readonly #pods = none();
  readonly #namespaces = new Map<string, Record<SidecarState, number>>();
  readonly #findings = new Map<SidecarState, ScanFinding[]>(TO_MEND.map((state) => [state, []]));

  add(judged: JudgedPod): void {
    const { namespace, pod, owner, state, reason } = judged;
    this.#pods[state] += 1;
    const counts = this.#namespaces.get(namespace) ?? none();
    counts[state] += 1;
    this.#namespaces.set(namespace, counts);
    const next = nextStep(judged);
    const found = this.#findings.get(state);
    if (found === undefined || next === undefined) return;
    // the maker of a pod names its owner as they like, and the definition of the report bounds what it takes
    found.push({ namespace, pod, owner: cut(owner, LONGEST_OWNER), state, reason, next: cut(next, LONGEST_NEXT) });
    if (found.length >= 2 * MOST_FINDINGS) found.sort(byPlace).splice(MOST_FINDINGS);
  }

  /** What was found so far; the same pods in any order give the same report. */
  report(): ScanReport {
    const told = [...this.#namespaces]
      .filter(([, counts]) => toMend(counts) > 0)
      .map(([name, counts]) => ({ name, ...counts }))
      .sort(byUrgency);
    const findings = TO_MEND.flatMap((state) => [...(this.#findings.get(state) ?? [])].sort(byPlace)).slice(
      0,
      MOST_FINDINGS,
    );
    return {
      pods: { ...this.#pods },
      namespaces: told.slice(0, MOST_NAMESPACES),
      moreNamespaces: Math.max(0, told.length - MOST_NAMESPACES),
      findings,
      moreFindings: toMend(this.#pods) - findings.length,
    };
  }
}

/** How many pods are not as the policy wants them. */
export const toMend = (counts: StateCounts): number => TO_MEND.reduce((sum, state) => sum + counts[state], 0);

function byUrgency(one: NamespaceCounts, other: NamespaceCounts): number {
  for (const state of TO_MEND) if (one[state] !== other[state]) return other[state] - one[state];
  return one.name < other.name ? -1 : 1;
}

function byPlace(one: ScanFinding, other: ScanFinding): number {
  if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1;
  return one.pod < other.pod ? -1 : 1;
}
