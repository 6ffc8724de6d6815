import { asText } from '../../json/as-text.ts';
import { differingWithin, liesWithin, valueAtPlace } from '../../json/differing-places.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { standingContainers } from './containers.ts';
import { type Phrase, say, words } from './phrase.ts';
import type { Evidence, Statement } from './statement.ts';

const CALLS = [
  { path: 'startupProbe', called: 'startup probe' },
  { path: 'readinessProbe', called: 'readiness probe' },
  { path: 'livenessProbe', called: 'liveness probe' },
  { path: 'lifecycle/postStart', called: 'postStart call' },
  { path: 'lifecycle/preStop', called: 'preStop call' },
] as const;

const HANDLERS = ['httpGet', 'tcpSocket', 'grpc', 'exec'] as const;

/** What becomes of the kubelet’s calls of the author’s containers, and of their other fields. */
export function probeStatements({ before, after }: Pick<BriefedPod, 'before' | 'after'>): readonly Statement[] {
  return keptContainers(before, after).flatMap(({ name, place, fields: was }) => {
    const now = fieldsOf(valueAtPlace(after, place));
    return CALLS.flatMap(({ path, called }): Statement | readonly [] => {
      const [from, to] = [valueAtPlace(was, `/${path}`), valueAtPlace(now, `/${path}`)];
      if (from === undefined || differingWithin(place, from, to).length === 0) return [];
      return {
        kind: 'Probe',
        says: say`The ${words(called)} of your ${name} changes from ${callText(from)} to ${callText(to)}: the sidecar asks the application in the kubelet’s place.`,
        evidence: handlersOf(`${place}/${path}`, from, to),
      };
    });
  });
}

/** The places of the author’s containers that differ and are none of those calls. */
export const otherContainerPlaces = ({ before, after }: Pick<BriefedPod, 'before' | 'after'>): readonly string[] =>
  keptContainers(before, after).flatMap(({ place, fields }) => {
    const calls = CALLS.map(({ path }) => `${place}/${path}`);
    return differingWithin(place, fields, valueAtPlace(after, place)).filter(
      (differs) => !calls.some((call) => liesWithin(differs, call)),
    );
  });

const keptContainers = (before: BriefedPod['before'], after: BriefedPod['after']) =>
  standingContainers(before).filter(({ place }) => valueAtPlace(after, place) !== undefined);

const handlersOf = (place: string, from: unknown, to: unknown): Evidence[] =>
  HANDLERS.flatMap((handler): Evidence | readonly [] => {
    const is = fieldsOf(to)[handler];
    if (is !== undefined) return { place: `${place}/${handler}`, is };
    return fieldsOf(from)[handler] === undefined ? [] : { place: `${place}/${handler}`, absent: true };
  });

function callText(call: unknown): Phrase {
  const { httpGet, tcpSocket, grpc } = fieldsOf(call);
  if (httpGet !== undefined) {
    const { path = '/', port, scheme } = fieldsOf(httpGet);
    return say`${scheme === 'HTTPS' ? 'HTTPS' : 'HTTP'} ${asText(path)} on port ${asText(port)}`;
  }
  if (tcpSocket !== undefined) return say`a connection to port ${asText(fieldsOf(tcpSocket).port)}`;
  return grpc === undefined ? words('a command') : say`gRPC on port ${asText(fieldsOf(grpc).port)}`;
}
