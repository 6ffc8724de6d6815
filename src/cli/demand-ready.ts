import { notReadyToInject } from '../cluster/doctor/ready-to-inject.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { objectsLoader } from '../core/policy/objects-loader.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';

/** Which installation, and where a pod is tried out. */
export interface TriedInstallation {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly namespace?: string;
}

/** A function that tells what keeps a pod that asks from getting its sidecar now. */
export const readiness =
  (transport: KubeTransport, tried: TriedInstallation, { now }: Pick<Environment, 'now'>) =>
  (): Promise<readonly string[]> => {
    const { installedAs: installation, ownNamespace: own, namespace: only } = tried;
    const load = objectsLoader(own, now);
    return notReadyToInject({ transport, installation, namespace: own, ...(only && { only }), now, load });
  };

/** @throws Fault PIL012 unless a pod that asks gets its sidecar now */
export async function demandReady(notReady: () => Promise<readonly string[]>): Promise<void> {
  const reasons = await notReady();
  if (reasons.length > 0)
    throw new Fault(
      'PIL012',
      reasons.map((message) => ({ path: '', message })),
    );
}
