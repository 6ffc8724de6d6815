import type { ChangeKind } from './change.ts';
import type { Examinee, Simulation } from './tally.ts';

/** What another policy would change for the workloads that run. */
export interface RunningComparison {
  readonly simulation: Simulation;
  /** Whether all of them were looked at, in the time that there was. */
  readonly complete: boolean;
}

/** Why what runs could not be compared, in words. */
export interface NotCompared {
  readonly notCompared: string;
}

/** Told of changes that somebody notices; another reason for the same is none. */
const TOLD: Readonly<Partial<Record<ChangeKind, string>>> = {
  refused: 'would be refused',
  lose: 'would lose their sidecar',
  gain: 'would gain a sidecar',
  pass: 'would no longer be refused, and have no sidecar',
  different: 'would have another sidecar',
};

const MOST_NAMED = 3;

/** The same in sentences, one for each kind of change; or that nothing was compared, which must not read as if nothing would change. */
export function comparisonTexts(comparison: RunningComparison | NotCompared): readonly string[] {
  if ('notCompared' in comparison)
    return [`what runs was not compared (${comparison.notCompared}); pillion simulate --policy FILE does`];
  const { simulation, complete } = comparison;
  const { changes, counts } = simulation;
  const told = Object.entries(TOLD).flatMap(([kind, what]) => {
    const owners = changes.filter(({ change }) => change === kind);
    if (owners.length === 0) return [];
    const namespaces = new Set(owners.map(({ namespace }) => namespace)).size;
    return [
      `${counted(owners.length, 'workload')} in ${counted(namespaces, 'namespace')} ${what} at the next restart: ${namesOf(owners)}`,
    ];
  });
  const { examined, unknown } = counts;
  const undecided =
    unknown === 0
      ? []
      : [`${counted(unknown, 'running workload')} cannot be decided about; pillion simulate --policy FILE says why`];
  if (!complete)
    return [
      ...told,
      ...undecided,
      `that is of the first ${counted(examined, 'running workload')}, as there was no more time; pillion simulate looks at all of them`,
    ];
  const decided = examined - unknown;
  const nothing = told.length === 0 && (decided > 0 || examined === 0);
  return [
    ...told,
    ...(nothing ? [`nothing changes for any of ${counted(decided, 'running workload')}`] : []),
    ...undecided,
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function namesOf(owners: readonly Examinee[]): string {
  const named = owners.slice(0, MOST_NAMED).map(({ namespace, kind, name }) => `${namespace} ${kind}/${name}`);
  const more = owners.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
