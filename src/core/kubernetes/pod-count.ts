import { fieldsOf } from '../json/fields-of.ts';

/**
 * How many pods a workload is to have: what it says, or as many as the API server takes it to mean (Kubernetes: one); for a DaemonSet
 * as many as its controller counted, and for a CronJob those of one run.
 */
export function podCountOf(workload: unknown): number {
  const { kind, spec, status } = fieldsOf(workload);
  const { replicas, parallelism } = fieldsOf(spec);
  const { desiredNumberScheduled } = fieldsOf(status);
  const said = kind === 'DaemonSet' ? desiredNumberScheduled : (replicas ?? parallelism);
  return typeof said === 'number' && Number.isInteger(said) && said >= 0 ? said : 1;
}
