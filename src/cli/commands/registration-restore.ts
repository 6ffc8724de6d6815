import { memoryPath } from '../../cluster/registration/memory-content.ts';
import { forgetDeleted } from '../../cluster/registration/restore.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';

export interface RegistrationRestoreFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
}

/**
 * `pillion registration restore`: has the running server register anew what was deleted by hand, by forgetting that it ever stood.
 * @throws Fault PIL006 when the cluster cannot be reached or does not let us
 */
export async function restoreRegistration(flags: RegistrationRestoreFlags, environment: Environment): Promise<number> {
  const { installedAs, ownNamespace } = flags;
  const names = await withCluster(flags, (transport) =>
    forgetDeleted(transport, memoryPath(ownNamespace, installedAs)),
  );
  if (names.length === 0) {
    environment.stdout('nothing was deleted by hand: every object that is remembered stands\n');
    return 0;
  }
  for (const name of names) environment.stdout(`${name} is registered again by the running Pillion\n`);
  return 0;
}
