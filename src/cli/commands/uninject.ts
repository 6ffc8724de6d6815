import type { ManifestObject } from '../../core/kubernetes/manifest-objects.ts';
import { podOfWorkload, type WorkloadPod } from '../../core/kubernetes/workload.ts';
import { type Undo, undoOf } from '../../core/sidecar/undo.ts';
import { editedManifests, type ManifestEdit } from '../edited-manifests.ts';
import type { Environment } from '../environment.ts';
import { readManifestFiles } from '../manifests.ts';
import { problemsInFile, workloadText } from '../output/workload-line.ts';

export interface UninjectFlags {
  readonly file: string[];
}

interface UndoneWorkload {
  readonly object: ManifestObject;
  readonly workload: WorkloadPod;
  readonly undo: Undo;
}

/**
 * `pillion uninject -f FILE`: the manifests without what an injection added to them, told by its own record alone.
 * @returns 0, or 1 with nothing on stdout when a workload carries a sidecar and no record of it
 * @throws Fault PIL001, PIL002 with every place that cannot be read or edited
 */
export async function uninject(flags: UninjectFlags, environment: Environment): Promise<number> {
  const files = await readManifestFiles(flags.file, environment);
  const workloads = files
    .flatMap((file) => file.objects)
    .flatMap((object): UndoneWorkload[] => {
      const workload = podOfWorkload(object.value);
      return workload === undefined ? [] : [{ object, workload, undo: undoOf(workload.template) }];
    });
  const unrecorded = workloads.filter(({ undo }) => undo.kind === 'unrecorded');
  const output = unrecorded.length > 0 ? '' : editedManifests(files, workloads.flatMap(editOf));
  for (const workload of workloads) environment.stderr(told(workload));
  if (unrecorded.length > 0) {
    environment.stderr(`nothing is written: ${unrecorded.length} of ${workloads.length} workloads cannot be undone\n`);
    return 1;
  }
  environment.stdout(output);
  return 0;
}

function editOf({ object, workload, undo }: UndoneWorkload): ManifestEdit[] {
  if (undo.kind !== 'undone') return [];
  const template = object.at + workload.templatePath;
  const operations = undo.operations.map((operation) => ({ ...operation, path: template + operation.path }));
  const spellings = new Map([...undo.spellings].map(([path, spelling]) => [template + path, spelling]));
  return [{ object, operations, spellings }];
}

function told({ object, workload, undo }: UndoneWorkload): string {
  switch (undo.kind) {
    case 'untouched':
      return workloadText(workload, 'left as it is: nothing of an injection is in it');
    case 'undone':
      return workloadText(
        workload,
        'uninjected',
        undo.remarks.map((remark) => `note: ${remark}`),
      );
    case 'unrecorded': {
      const { document, at } = object;
      const outcome = `refused (${document.file}:${document.place(at).line}): it cannot be undone without its record`;
      return workloadText(workload, outcome, problemsInFile(undo.problems, document, at + workload.templatePath));
    }
  }
}
