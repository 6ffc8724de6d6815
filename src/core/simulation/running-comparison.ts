import type { ChangeKind } from './change.ts';
import type { Examinee, Simulation } from './tally.ts';

/** What another policy would change for the workloads that run. */
export interface RunningComparison {
  readonly simulation: Simulation;
  /** Whether all of them were looked at, in the time that there was. */
  readonly complete: boolean;
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

/** The same in sentences, one for each kind of change. */
export function comparisonTexts({ simulation, complete }: RunningComparison): readonly string[] {
  const { changes, counts } = simulation;
  const told = Object.entries(TOLD).flatMap(([kind, what]) => {
    const owners = changes.filter(({ change }) => change === kind);
    if (owners.length === 0) return [];
    const namespaces = new Set(owners.map(({ namespace }) => namespace)).size;
    return [
      `${counted(owners.length, 'workload')} in ${counted(namespaces, 'namespace')} ${what} at the next restart: ${namesOf(owners)}`,
    ];
  });
  const looked = counted(counts.examined, 'running workload');
  if (!complete)
    return [
      ...told,
      `that is of the first ${looked}, as there was no more time; pillion simulate looks at all of them`,
    ];
  return told.length > 0 ? told : [`nothing changes for any of ${looked}`];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function namesOf(owners: readonly Examinee[]): string {
  const named = owners.slice(0, MOST_NAMED).map(({ namespace, kind, name }) => `${namespace} ${kind}/${name}`);
  const more = owners.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
