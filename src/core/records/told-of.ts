import type { RecordFacts } from './record-facts.ts';

/**
 * What a record tells of, so that everything is counted once: `pod`, where its creation is decided about; `workload`, where somebody
 * applied one; `change` of a namespace, a policy or a Service. The others are told of by another record: `end` of a creation that was
 * decided about before, `copy` that a controller made of a workload, `trial` that left nothing behind, `other` request.
 */
export type ToldOf = 'pod' | 'workload' | 'change' | 'end' | 'copy' | 'trial' | 'other';

/** Reasons at the end of a creation that began with a record of the hook `inject`. */
const WITH_SIDECAR: ReadonlySet<string> = new Set(['already-injected', 'sidecar-changed-afterwards']);

export function toldOf(
  record: Pick<RecordFacts, 'hook' | 'reason' | 'dryRun' | 'workload' | 'controllerUid' | 'reinvoked'>,
): ToldOf {
  const { hook, reason } = record;
  if (record.dryRun) return 'trial';
  if (reason === 'not-a-pod-creation') return 'other';
  if (hook === 'inject') return record.reinvoked ? 'end' : 'pod';
  if (hook === 'warn') return WITH_SIDECAR.has(reason) ? 'end' : 'pod';
  if (hook !== 'workloads') return 'change';
  if (record.workload === undefined) return 'other';
  return record.controllerUid === undefined ? 'workload' : 'copy';
}
