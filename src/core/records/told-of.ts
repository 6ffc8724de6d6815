import type { RecordFacts } from './record-facts.ts';

/**
 * What a record tells of, so that everything is counted once: `pod`, where its creation is decided about; `workload`, where somebody
 * applied one; `change` of a namespace, a policy or a Service. The others are told of by another record: `beginning` of a creation in
 * which nothing was done, `end` of one that was decided about before, `copy` that a controller made of a workload, `trial` that left
 * nothing behind, `other` request.
 */
export type ToldOf = 'pod' | 'workload' | 'change' | 'beginning' | 'end' | 'copy' | 'trial' | 'other';

/** Reasons at the end of a creation that began with a record of the hook `inject`. */
const WITH_SIDECAR: ReadonlySet<string> = new Set(['already-injected', 'sidecar-changed-afterwards']);

/**
 * Whether a pod that was left alone is told of where its creation ends, at the hook `warn`, and not here. What a namespace selector cannot
 * say, the hook `inject` is called for; a pod that carries nothing of ours is asked about again under another uid, so the two records
 * have nothing by which one would know that the other is there.
 */
export const isToldAtTheEnd = ({ hook, verdict }: Pick<RecordFacts, 'hook' | 'verdict'>): boolean =>
  hook === 'inject' && verdict === 'skip';

export function toldOf(
  record: Pick<RecordFacts, 'hook' | 'verdict' | 'reason' | 'dryRun' | 'workload' | 'controllerUid' | 'reinvoked'>,
): ToldOf {
  const { hook, reason } = record;
  if (record.dryRun) return 'trial';
  if (reason === 'not-a-pod-creation') return 'other';
  if (isToldAtTheEnd(record)) return 'beginning';
  if (hook === 'inject') return record.reinvoked ? 'end' : 'pod';
  if (hook === 'warn') return WITH_SIDECAR.has(reason) ? 'end' : 'pod';
  if (hook !== 'workloads') return 'change';
  if (record.workload === undefined) return 'other';
  return record.controllerUid === undefined ? 'workload' : 'copy';
}
