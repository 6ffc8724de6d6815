import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { askOf } from '../../src/core/decision/opt-in/ask.ts';
import { REVISION_LABEL } from '../../src/core/decision/opt-in/keys.ts';
import { manifestObjects } from '../../src/core/kubernetes/manifest-files.ts';
import type { Namespace } from '../../src/core/kubernetes/namespace.ts';
import { ownValue, readPod } from '../../src/core/kubernetes/pod.ts';
import { podOfWorkload, type WorkloadPod } from '../../src/core/kubernetes/workload.ts';
import { OfflineNamespaces } from '../../src/core/namespaces/offline-namespaces.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { Fault } from '../../src/core/problem/faults.ts';
import type { Row } from './row.ts';

const SAMPLES = fileURLToPath(new URL('../../deploy/samples/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A workload of the demo in its namespace. */
export interface SampleWorkload extends WorkloadPod {
  readonly namespace: string;
}

/** The objects that the demo applies. */
export interface Samples {
  readonly files: readonly string[];
  readonly namespaces: readonly Namespace[];
  readonly workloads: readonly SampleWorkload[];
}

/**
 * Reads the sample files, or those the user names instead.
 * @param namespaceLabels `[NAMESPACE:]KEY=VALUE`, for namespaces that the files do not hold
 * @throws Fault with the place of what does not parse
 */
export async function readSamples(files: readonly string[], namespaceLabels: readonly string[] = []): Promise<Samples> {
  const paths = files.length > 0 ? files : (await readdir(SAMPLES)).sort().map((name) => SAMPLES + name);
  const sources = await Promise.all(
    paths.map(async (path) => ({ ...(await readText(path)), file: path.replace(ROOT, '') })),
  );
  const values = manifestObjects(sources).map(({ value }) => value);
  const workloads = values.flatMap((value) => {
    const workload = podOfWorkload(value);
    return workload === undefined ? [] : [{ ...workload, namespace: workload.namespace ?? 'default' }];
  });
  const known = new OfflineNamespaces(values, namespaceLabels);
  const names = [...new Set(workloads.map(({ namespace }) => namespace))];
  return { files: paths, namespaces: names.map((name) => known.get(name)), workloads };
}

async function readText(path: string): Promise<{ readonly text: string }> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new Fault('PIL001', [{ file: path, path: '', message: (cause as Error).message }], cause);
  }
}

/** The columns of a row that are known before anything is decided. */
export function rowHead(
  { kind, name, namespace, pod }: SampleWorkload,
  { labels }: Namespace,
  policy: ActivePolicy,
): Pick<Row, 'namespace' | 'namespaceSays' | 'workload' | 'podSays'> {
  const { namespaceLabel, podKey } = policy.spec.optIn;
  const revision = ownValue(labels, REVISION_LABEL);
  const namespaceSays =
    ownValue(labels, namespaceLabel.key) ?? (revision === undefined ? 'no label' : `revision ${revision}`);
  const read = readPod(pod);
  const ask = 'pod' in read ? askOf(read.pod, podKey) : undefined;
  const said = [ask?.label, ask?.annotation].filter((value) => value !== undefined);
  return { namespace, namespaceSays, workload: `${kind} ${name}`, podSays: said.join(', then ') || 'nothing' };
}
