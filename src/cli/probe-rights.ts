import { ApiError } from '../cluster/api-error.ts';
import { Fault } from '../core/problem/faults.ts';

interface Asked {
  readonly namespace: string;
  readonly image?: string;
  readonly ownNamespace: string;
}

/** The API server’s own words; what a quota or a policy refuses has the same status. */
const LACKS = /cannot \w+ resource/;

/**
 * Calls, and says of a missing right which ones are needed.
 * @param serviceNamespace where the Service is; the probe may be elsewhere
 * @throws Fault PIL006, and whatever `call` throws
 */
export async function neededRights<T>(serviceNamespace: string, asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403 || !LACKS.test(error.message)) throw error;
    const { namespace, image, ownNamespace } = asked;
    const rights = [
      `services: get in ${serviceNamespace}`,
      `pods: create, get, delete in ${namespace} (and list, to look at the pods that call it)`,
      ...(image === undefined ? [`deployments.apps: get in ${ownNamespace}, or give --image`] : []),
    ];
    const message = `${error.message.replace(/; grant it .*$/, '')}; traffic verify needs ${rights.join('; ')}`;
    throw new Fault('PIL006', [{ path: '', message }], error);
  }
}
