import { fieldsOf } from '../json/fields-of.ts';

/**
 * How many pods a workload is to have: what it says, or as many as the API server takes it to mean (Kubernetes: one); for a DaemonSet
 * as many as its controller counted, for a CronJob those of one run, and for a Job that has ended none.
 */
export function podCountOf(workload: unknown): number {
  const { kind, spec, status } = fieldsOf(workload);
  if (kind === 'DaemonSet') return countOf(fieldsOf(status).desiredNumberScheduled) ?? 1;
  if (kind === 'CronJob') return podsOfJob(fieldsOf(fieldsOf(fieldsOf(spec).jobTemplate).spec));
  if (kind === 'Job') return hasEnded(fieldsOf(status)) ? 0 : podsOfJob(fieldsOf(spec));
  return countOf(fieldsOf(spec).replicas) ?? 1;
}

/** Those that run at a time: no more than have to succeed. */
const podsOfJob = ({ parallelism, completions }: Readonly<Record<string, unknown>>): number =>
  Math.min(countOf(parallelism) ?? 1, countOf(completions) ?? Number.POSITIVE_INFINITY);

const hasEnded = ({ conditions }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(conditions) &&
  conditions.map(fieldsOf).some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');

const countOf = (said: unknown): number | undefined =>
  typeof said === 'number' && Number.isInteger(said) && said >= 0 ? said : undefined;
