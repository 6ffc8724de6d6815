import { ApiError } from '../cluster/api-error.ts';
import { createPod } from '../cluster/probe/probe-calls.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { ownValue } from '../core/kubernetes/pod.ts';
import { Fault } from '../core/problem/faults.ts';
import { ANNOTATIONS, SIDECAR } from '../core/sidecar/names.ts';
import { type Carried, carriedBy } from '../core/verification/carried.ts';
import type { Destination } from '../core/xds/resilience/destination.ts';

/**
 * Asks what a probe’s pod would carry, by a dry run: where it would get no sidecar of Pillion’s own, nothing is made.
 * @throws Fault PIL007 where the pod is refused, PIL008 where it would get no such sidecar; ApiError, ClusterUnreachable
 */
export async function triedProbe(
  transport: KubeTransport,
  namespace: string,
  manifest: object,
  destination: Destination,
  signal: AbortSignal,
): Promise<Carried> {
  const { pod, warnings } = await createPod(transport, namespace, manifest, signal, { dryRun: true }).catch(
    (error: unknown) => {
      throw error instanceof ApiError && isRefusal(error)
        ? new Fault('PIL007', [{ path: '', message: `the probe’s pod is refused: ${error.message}` }], error)
        : error;
    },
  );
  const configuration = ownValue(pod.metadata.annotations ?? {}, ANNOTATIONS.envoyConfig);
  if (configuration !== undefined) {
    const carried = carriedBy(configuration, destination);
    if (carried.isObserved || carried.values === 'nothing') return carried;
    throw nothing('the probe’s sidecar tells no statistics: its profile has no feature Observability');
  }
  const { initContainers = [], containers } = pod.spec;
  if ([...initContainers, ...containers].some(({ name }) => name === SIDECAR))
    throw nothing('the probe’s sidecar is not the plain Envoy, which alone does what these values say');
  const said = warnings.length === 0 ? '' : `: ${warnings.join('; ')}`;
  throw nothing(`a pod that asks for a sidecar in namespace ${namespace} gets none${said}`);
}

const nothing = (message: string): Fault => new Fault('PIL008', [{ path: '', message }]);

/** A webhook, a policy or a quota refuses the pod; who may not create pods at all is told so elsewhere. */
const isRefusal = ({ status, message }: ApiError): boolean =>
  status >= 400 && status < 500 && status !== 401 && status !== 404 && !message.includes('cannot create resource');
