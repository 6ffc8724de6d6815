import type { Owner } from '../kubernetes/owner.ts';
import { shellWord } from '../problem/shell-word.ts';

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Whether the template of a workload can be changed: that of a Job cannot, nor can a pod. */
export const hasTemplate = ({ apiVersion, kind }: Owner): boolean =>
  ['v1', 'apps/v1', 'batch/v1'].includes(apiVersion) && Object.hasOwn(TEMPLATES, kind);

/**
 * The command that writes a label or an annotation into the template of a workload, or takes it away.
 * @param value null to take it away
 * @returns undefined where the template cannot be changed
 */
export function markCommand(
  namespace: string,
  workload: Owner,
  place: 'labels' | 'annotations',
  key: string,
  value: string | null,
): string | undefined {
  const template = hasTemplate(workload) ? TEMPLATES[workload.kind] : undefined;
  if (template === undefined) return undefined;
  const change = { metadata: { [place]: Object.fromEntries([[key, value]]) } };
  const patch = template.reduceRight<object>((inner, step) => ({ [step]: inner }), change);
  const { kind, name } = workload;
  return `kubectl -n ${shellWord(namespace)} patch ${kind.toLowerCase()} ${shellWord(name)} --type merge -p ${shellWord(JSON.stringify(patch))}`;
}
