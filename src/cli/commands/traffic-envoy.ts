import type { DecidedWorkload } from '../../core/admission/decided-workloads.ts';
import { isObject } from '../../core/json/is-object.ts';
import { ANNOTATIONS } from '../../core/sidecar/names.ts';
import { commentedConfiguration } from '../../core/xds/commented.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { decideOffline, noWorkloads, type OfflineFlags } from '../offline-context.ts';

export interface TrafficEnvoyFlags extends OfflineFlags {
  readonly file: string[];
}

/**
 * `pillion traffic envoy -f FILE`: the configuration that the sidecar of each workload in the files would get, one YAML document each, with
 * comments that say which Service chose what. A workload that gets none is named on stderr.
 * @returns 0 when each has one, else 1
 * @throws Fault PIL001, PIL002, PIL004 where no object creates pods
 */
export async function trafficEnvoy(flags: TrafficEnvoyFlags, environment: Environment): Promise<number> {
  const objects = await readManifests(flags.file, environment);
  const workloads = await decideOffline(objects, flags, environment);
  if (workloads.length === 0) throw noWorkloads(flags.file);
  const documents: string[] = [];
  for (const workload of workloads) {
    const { kind, namespace, name, record, traffic } = workload.decision;
    const text = configurationOf(workload);
    if (text === undefined)
      environment.stderr(`${kind} ${namespace}/${name} gets no configuration: ${record.reason}; see pillion explain\n`);
    else
      documents.push(
        `# ${kind} ${namespace}/${name}\n${commentedConfiguration(text, traffic ?? { destinations: [], served: [] })}`,
      );
  }
  environment.stdout(documents.join('---\n'));
  return documents.length === workloads.length ? 0 : 1;
}

/** Envoy’s configuration in what would be written, or in what stands in an injected template. */
function configurationOf({ operations, workload }: DecidedWorkload): string | undefined {
  const key = ANNOTATIONS.envoyConfig;
  const escaped = key.replace('/', '~1');
  for (const operation of operations) {
    if (!('value' in operation)) continue;
    if (operation.path.endsWith(`/annotations/${escaped}`)) return String(operation.value);
    const { value } = operation;
    if (operation.path.endsWith('/annotations') && isObject(value) && Object.hasOwn(value, key))
      return String(value[key]);
  }
  const { metadata } = workload.pod as { readonly metadata?: { readonly annotations?: Record<string, string> } };
  return operations.length === 0 ? metadata?.annotations?.[key] : undefined;
}
