import { subjectOf } from '../decision/subject.ts';
import { annotationsOf, ownValue, type Pod, readPod } from '../kubernetes/pod.ts';
import type { Capture } from '../sidecar/rendering.ts';
import { DEPENDS_ON_ANNOTATION, parseDependsOn } from '../traffic/depends-on.ts';
import { type LeftOut, leftOut } from '../traffic/left-out.ts';
import type { TrafficService } from '../traffic/traffic-service.ts';
import { NO_TRAFFIC_SERVICES, referred } from '../traffic/traffic-services.ts';
import { type ExplainedDestination, type ExplainedServed, explainedDestination } from '../xds/resilience/explained.ts';
import { chosenTelemetry } from '../xds/service-telemetry.ts';
import type { Snapshot } from './snapshot.ts';

/** What becomes of the traffic of a pod with its sidecar. */
export interface ExplainedTraffic {
  readonly capture: Capture;
  /** Services whose requests are treated by what their teams say; all others go where the application sends them. */
  readonly destinations: readonly (ExplainedDestination & { readonly leftOut: readonly LeftOut[] })[];
  /** Services that the pod names and with whose requests nothing is done, each with why. */
  readonly untreated: readonly { readonly service: string; readonly because: readonly string[] }[];
  /** Services that lead to the pod and say something about their traffic, by the port of the pod. */
  readonly served: readonly ExplainedServed[];
}

/**
 * Tells what becomes of the traffic of a pod, as its sidecar is rendered under this snapshot.
 * @returns undefined where the sidecar is not Pillion’s own kind, or where the object is no pod
 */
export function explainTraffic(object: unknown, namespace: string, snapshot: Snapshot): ExplainedTraffic | undefined {
  const read = readPod(object);
  const known = snapshot.namespaces.get(namespace);
  if ('problems' in read || known === undefined) return undefined;
  // nothing is recorded, so no record needs a name
  const { capture, traffic } = subjectOf(read.pod, known, snapshot.policy, '', true, snapshot.services).rendering();
  if (capture === undefined) return undefined;
  const { services = NO_TRAFFIC_SERVICES } = snapshot;
  const destinations = traffic?.destinations ?? [];
  return {
    capture,
    destinations: destinations.map((destination) => {
      const service = services.byName.get(destination.namespace)?.get(destination.name);
      return {
        ...explainedDestination(destination, namespace, traffic?.clusterDomain ?? ''),
        leftOut: service === undefined ? [] : leftOut(service),
      };
    }),
    untreated: named(read.pod).flatMap((reference) => {
      const service = referred(services, namespace, reference);
      const isTreated = destinations.some(
        ({ namespace: at, name }) => at === service?.namespace && name === service.name,
      );
      return isTreated ? [] : [{ service: reference, because: reasons(traffic !== undefined, service) }];
    }),
    served: (traffic?.served ?? []).map((served) => ({
      port: served.port,
      service: served.values.service.name,
      cors: served.values.cors === 'none' ? 'none' : 'answered',
      telemetry: served.telemetry === undefined ? [] : chosenTelemetry(served),
      passedOver: served.passedOver.map(({ values }) => values.service.name),
    })),
  };
}

/** The Services that a pod says it calls. */
const named = (pod: Pod): readonly string[] =>
  parseDependsOn(ownValue(annotationsOf(pod), DEPENDS_ON_ANNOTATION) ?? '') ?? [];

function reasons(isResilient: boolean, service: TrafficService | undefined): readonly string[] {
  if (!isResilient) return ['the profile has no feature Resilience'];
  return service === undefined ? ['it says nothing about its traffic'] : leftOut(service).map(({ message }) => message);
}
