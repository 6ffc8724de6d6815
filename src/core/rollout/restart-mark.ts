import { fieldsOf } from '../json/fields-of.ts';
import { parsedJson } from '../json/parsed.ts';
import { annotationIn } from '../kubernetes/metadata.ts';

/** What `kubectl rollout restart` changes in a pod template, so that all its pods are replaced. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** Stands on a workload that a run of ours restarted. */
export const RESTART = 'pillion.io/restart';

/** A restart of ours. */
export interface RestartMark {
  /** Of the run that it belongs to. */
  readonly run: string;
  /** As an ISO time; it stands on every pod that came of it. */
  readonly at: string;
  /** How often the watchdog has restarted the workload, this time included. */
  readonly attempt?: number;
}

/** The changes of a workload that restart it. */
export const restartPatch = (mark: RestartMark) => ({
  metadata: { annotations: { [RESTART]: JSON.stringify(mark) } },
  spec: { template: { metadata: { annotations: { [RESTARTED_AT]: mark.at } } } },
});

/** The last restart of a workload by us; undefined when there was none. */
export function lastRestart(workload: object): RestartMark | undefined {
  const text = annotationIn(workload, RESTART);
  const { run, at, attempt } = fieldsOf(text === undefined ? undefined : parsedJson(text));
  if (typeof run !== 'string' || typeof at !== 'string' || Number.isNaN(Date.parse(at))) return undefined;
  return { run, at, ...(typeof attempt === 'number' && attempt > 0 && { attempt }) };
}

/** The last restart of a workload, when it was one of ours; undefined when somebody else has restarted it since. */
export function standingRestart(workload: object): RestartMark | undefined {
  const last = lastRestart(workload);
  const template = fieldsOf(fieldsOf(workload).spec).template;
  return last !== undefined && annotationIn(template, RESTARTED_AT) === last.at ? last : undefined;
}

/** Whether a pod came of a restart. */
export const cameOf = (pod: object, { at }: RestartMark): boolean => annotationIn(pod, RESTARTED_AT) === at;
