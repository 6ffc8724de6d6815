import type { DecidedWorkload } from '../../core/admission/decided-workloads.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { undoOf } from '../../core/sidecar/undo.ts';
import { editedManifests } from '../edited-manifests.ts';
import type { Environment } from '../environment.ts';
import { injectionEdit } from '../injected-manifests.ts';
import { readManifestFiles } from '../manifests.ts';
import { decideOffline, type OfflineFlags } from '../offline-context.ts';
import { problemsInFile, workloadText } from '../output/workload-line.ts';

export interface InjectFlags extends OfflineFlags {
  readonly file: string[];
}

/**
 * `pillion inject -f FILE`: the manifests with the sidecar in every pod template whose pods would get one.
 * @returns 0, or 1 with nothing on stdout when a workload would be refused
 * @throws Fault PIL001, PIL002 with every place that cannot be read or edited
 */
export async function inject(flags: InjectFlags, environment: Environment): Promise<number> {
  const files = await readManifestFiles(flags.file, environment);
  const objects = files.flatMap((file) => file.objects);
  const workloads = await decideOffline(objects, flags, environment);
  const denied = workloads.filter(isDenied);
  const output =
    denied.length > 0
      ? ''
      : editedManifests(
          files,
          files.flatMap((file) => {
            const own = new Set(file.objects);
            return workloads
              .filter(({ object, operations }) => operations.length > 0 && own.has(object))
              .map((workload) => injectionEdit(workload, file));
          }),
        );
  for (const workload of workloads) environment.stderr(told(workload, denied.length === 0));
  if (denied.length > 0) {
    environment.stderr(`nothing is written: ${denied.length} of ${workloads.length} workloads would be refused\n`);
    return 1;
  }
  environment.stdout(output);
  return 0;
}

const isDenied = ({ decision: { record } }: DecidedWorkload): boolean =>
  record.verdict === 'deny' || record.verdict === 'error';

function told(workload: DecidedWorkload, isWritten: boolean): string {
  const { object, decision, operations } = workload;
  const { template, templatePath } = workload.workload;
  const { record, file, line } = decision;
  const { sentence, hint } = explanationOf(record.reason);
  const hints = record.hints.map(({ message }) => `hint: ${message}`);
  if (operations.length > 0) {
    const done = record.reinvoked === true ? 'updated' : 'injected';
    return workloadText(decision, `${isWritten ? '' : 'would be '}${done} (${record.reason})`, hints);
  }
  if (!isDenied(workload)) {
    const left = record.reason !== 'already-injected' && undoOf(template).kind === 'undone' ? [STILL_INJECTED] : [];
    return workloadText(decision, `left as it is: ${record.reason}, ${sentence}`, [...hints, ...left]);
  }
  const problems = problemsInFile(record.problems, object.document, object.at + templatePath);
  const outcome = `refused (${file}:${line}): ${record.reason}, ${sentence}`;
  return workloadText(decision, outcome, [...problems, hint, ...hints]);
}

const STILL_INJECTED = 'hint: an earlier injection still stands in its template; pillion uninject takes it out';
