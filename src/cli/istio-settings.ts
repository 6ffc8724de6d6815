import { readConfigMap } from '../cluster/read-config-map.ts';
import {
  configMapNames,
  type IstioSettings,
  settingsOfCluster,
  settingsOfFiles,
} from '../core/from-istio/config-maps.ts';
import { Fault } from '../core/problem/faults.ts';
import { type ClusterFlags, withCluster } from './cluster-call.ts';
import type { Environment } from './environment.ts';
import { readManifests } from './manifests.ts';
import { usage } from './webhook-address.ts';

/** Where the settings of Istio’s injector are read from. */
export interface IstioSettingsFlags extends ClusterFlags {
  readonly file?: string[];
  readonly revision?: string;
  readonly istioNamespace: string;
}

/**
 * The settings of Istio’s injector, from files or from a cluster.
 * @throws Fault PIL001, PIL002 with every problem of the files or of the ConfigMaps, PIL003, PIL006
 */
export async function istioSettings(flags: IstioSettingsFlags, environment: Environment): Promise<IstioSettings> {
  const { file, revision, istioNamespace, kubeconfig, context } = flags;
  if (file !== undefined && (kubeconfig !== undefined || context !== undefined))
    throw usage('give either files or a cluster: --kubeconfig and --context would have no effect');
  const read =
    file === undefined
      ? await ofCluster(flags)
      : settingsOfFiles(await readManifests(file, environment), { revision, namespace: istioNamespace });
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read;
}

async function ofCluster(flags: IstioSettingsFlags): Promise<ReturnType<typeof settingsOfCluster>> {
  const { revision = '', istioNamespace } = flags;
  const names = configMapNames(revision);
  return withCluster(flags, async (transport) => {
    const data = {
      injector: await readConfigMap(transport, istioNamespace, names.injector),
      mesh: await readConfigMap(transport, istioNamespace, names.mesh),
    };
    const missing = (['injector', 'mesh'] as const).filter((key) => data[key] === undefined);
    if (missing.length === 0) return settingsOfCluster(revision, istioNamespace, data);
    const problems = missing.map((key) => ({
      file: `ConfigMap ${istioNamespace}/${names[key]}`,
      path: '',
      message: 'does not exist; name another with --revision or --istio-namespace, or give a file with -f',
    }));
    return { problems };
  });
}
