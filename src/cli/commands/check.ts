import { parseWorkload, WORKLOAD_NAMES } from '../../cluster/read-workload.ts';
import { type CheckedWorkload, checkWorkloads, objectOfFile } from '../../core/compatibility/checked-workloads.ts';
import { FIT_VERDICTS } from '../../core/compatibility/compatibility.ts';
import { FIT_CHECKS } from '../../core/compatibility/fit-checks.ts';
import { FIT090 } from '../../core/compatibility/suppressions.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { quoted } from '../../core/problem/quoted.ts';
import { checkCluster } from '../checked-cluster.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { noWorkloads, type OfflineFlags, offlineContext } from '../offline-context.ts';
import { compatibilityText } from '../output/compatibility.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface CheckFlags extends OfflineFlags, ClusterFlags {
  readonly file?: string[];
  readonly allNamespaces?: true;
  readonly only?: string[];
  readonly skip?: string[];
  readonly strict?: true;
  readonly output: OutputFormat;
}

/**
 * `pillion check -f FILE`, or in a cluster `pillion check KIND/NAME`, `-n NAMESPACE` or `-A`: what each workload has to change before its pods
 * get a sidecar, with the evidence.
 * @returns 1 when one is incompatible, where it is strict also when one has to change; else 0
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function check(
  workload: string | undefined,
  flags: CheckFlags,
  environment: Environment,
): Promise<number> {
  const isAsked = askedBy(flags);
  const checked =
    flags.file === undefined
      ? await inCluster(workload, flags, environment, isAsked)
      : await inFiles(workload, flags.file, flags, environment, isAsked);
  environment.stdout(
    flags.output === 'human'
      ? compatibilityText(checked, environment)
      : structured({ workloads: checked, summary: summaryOf(checked) }, flags.output),
  );
  const failing = flags.strict ? ['incompatible', 'needs-changes'] : ['incompatible'];
  return checked.some(({ verdict }) => failing.includes(verdict)) ? 1 : 0;
}

async function inFiles(
  workload: string | undefined,
  files: readonly string[],
  flags: CheckFlags,
  environment: Environment,
  isAsked: (code: string) => boolean,
): Promise<readonly CheckedWorkload[]> {
  if (workload !== undefined) throw usage(`both ${workload} and files are named; give one of them`);
  if (flags.allNamespaces) throw usage('files have all their namespaces anyway; leave -A out, or the files');
  const objects = await readManifests(files, environment);
  const { context, problems } = await offlineContext(objects, flags, environment);
  // what a Service says of its traffic is no question here, and `traffic lint` tells more of it
  for (const problem of problems) environment.stderr(`not accepted: ${problemLine(problem)}\n`);
  const checked = checkWorkloads(
    objects.flatMap((object) => objectOfFile(object, flags.namespace) ?? []),
    context,
    isAsked,
  );
  if (checked.length === 0) throw noWorkloads(files);
  return checked;
}

async function inCluster(
  workload: string | undefined,
  flags: CheckFlags,
  environment: Environment,
  isAsked: (code: string) => boolean,
): Promise<readonly CheckedWorkload[]> {
  const { allNamespaces, namespace } = flags;
  if (workload !== undefined && allNamespaces) throw usage(`-A has no meaning with ${workload}; give -n NAMESPACE`);
  if (flags.namespaceLabel !== undefined)
    throw usage('--namespace-label is for files; in a cluster the labels of its namespaces count');
  const reference = workload === undefined ? undefined : parseWorkload(workload);
  if (workload !== undefined && reference === undefined)
    throw usage(`${workload} is no KIND/NAME; known kinds: ${WORKLOAD_NAMES.join(', ')}`);
  const part = { ...flags, workload: reference, namespace: allNamespaces ? undefined : namespace };
  return withCluster(flags, (transport) => checkCluster(transport, part, environment, isAsked));
}

const CODES: readonly string[] = [...FIT_CHECKS, FIT090].map(({ code }) => code);

function askedBy({ only, skip = [] }: CheckFlags): (code: string) => boolean {
  const unknown = [...(only ?? []), ...skip].filter((code) => !CODES.includes(code));
  if (unknown.length > 0)
    throw new Fault('PIL003', [
      { path: '', message: `${unknown.map(quoted).join(', ')} names no check; accepted: ${CODES.join(', ')}` },
    ]);
  return (code) => (only?.includes(code) ?? true) && !skip.includes(code);
}

const summaryOf = (checked: readonly CheckedWorkload[]) =>
  Object.fromEntries(FIT_VERDICTS.map((one) => [one, checked.filter(({ verdict }) => verdict === one).length]));
