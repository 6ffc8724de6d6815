import { memoryName, memoryPath } from '../../cluster/registration/memory-content.ts';
import { forgetDeleted } from '../../cluster/registration/restore.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';

export interface RegistrationRestoreFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
}

/**
 * `pillion registration restore`: has the running server register anew what was deleted by hand, by forgetting that it ever stood.
 * @throws Fault PIL006 when the cluster cannot be reached or does not let us, or such an installation has registered nothing
 */
export async function restoreRegistration(flags: RegistrationRestoreFlags, environment: Environment): Promise<number> {
  const { installedAs, ownNamespace } = flags;
  const forgotten = await withCluster(flags, (transport) =>
    forgetDeleted(transport, memoryPath(ownNamespace, installedAs)),
  );
  if (forgotten === 'no-memory') throw new Fault('PIL006', [{ path: '', message: noMemory(flags) }]);
  const { names } = forgotten;
  if (names.length === 0) {
    environment.stdout('nothing was deleted by hand: every object that is remembered stands\n');
    return 0;
  }
  for (const name of names) environment.stdout(`${name} is registered again by the running Pillion\n`);
  return 0;
}

const noMemory = ({ installedAs, ownNamespace }: RegistrationRestoreFlags): string =>
  `there is no ConfigMap ${ownNamespace}/${memoryName(installedAs)}, so nothing is kept away: name the installation with --own-namespace ` +
  'and --installed-as; with registration.mode Manual apply what pillion registration render prints';
