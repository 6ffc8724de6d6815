import { calledService } from '../cluster/probe/called-service.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { Fault } from '../core/problem/faults.ts';
import { destinationOf } from '../core/sidecar/profiles/envoy/pod-traffic.ts';
import { type LeftOut, leftOut } from '../core/traffic/left-out.ts';
import {
  readTrafficService,
  TRAFFIC_ANNOTATION,
  type TrafficJudge,
  trafficText,
} from '../core/traffic/traffic-service.ts';
import type { Destination } from '../core/xds/resilience/destination.ts';

/** A Service whose values are verified. */
export interface VerifiedService {
  readonly destination: Destination;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads a Service and what it says about its traffic now.
 * @throws Fault PIL002 where what it says is not accepted, PIL004 where there is no such Service, PIL008 where nothing is done with its requests;
 *   ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function verifiedService(
  transport: KubeTransport,
  where: { readonly namespace: string; readonly name: string },
  judge: TrafficJudge,
  signal: AbortSignal,
): Promise<VerifiedService> {
  const { namespace, name } = where;
  const called = `Service ${namespace}/${name}`;
  const service = await calledService(transport, where, signal);
  if (service === undefined)
    throw new Fault('PIL004', [{ path: '', message: `there is no ${called}; name one as NAME or NAMESPACE/NAME` }]);
  const text = trafficText(service);
  if (text === undefined)
    throw new Fault('PIL008', [
      {
        path: '',
        message: `${called} says nothing about its traffic, so nothing is done with it; its team says what in the annotation ${TRAFFIC_ANNOTATION}`,
      },
    ]);
  const read = readTrafficService(service, namespace, text, judge);
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  const destination = destinationOf(read.service);
  const left = leftOut(read.service);
  if (destination === undefined)
    throw new Fault(
      'PIL008',
      left.map(({ path, message }) => ({ path, message: `${called}: ${message}` })),
    );
  return { destination, leftOut: left };
}
