import { asText } from '../../json/as-text.ts';
import { differingWithin, liesWithin, valueAtPlace } from '../../json/differing-places.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { keptContainers } from './containers.ts';
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
export function probeStatements(briefed: BriefedPod): readonly Statement[] {
  const { after } = briefed;
  return keptContainers(briefed).flatMap(({ name, place, fields: was }) => {
    const now = fieldsOf(valueAtPlace(after, place));
    return CALLS.flatMap(({ path, called }): Statement | readonly [] => {
      const [from, to] = [valueAtPlace(was, `/${path}`), valueAtPlace(now, `/${path}`)];
      const whole = `${place}/${path}`;
      if (differingWithin(whole, from, to).length === 0) return [];
      if (from === undefined || to === undefined)
        return {
          kind: 'Probe',
          says:
            to === undefined
              ? say`The ${words(called)} of your ${name}, ${callText(from)}, is taken away.`
              : say`Your ${name} gets a ${words(called)}: ${callText(to)}.`,
          evidence: [to === undefined ? { place: whole, absent: true } : { place: whole, is: to }],
        };
      return {
        kind: 'Probe',
        says: say`The ${words(called)} of your ${name} changes from ${callText(from)} to ${callText(to)}: the sidecar asks the application in the kubelet’s place.`,
        evidence: handlersOf(`${place}/${path}`, from, to),
      };
    });
  });
}

/** The places of the author’s containers that differ and are none of those calls. */
export const otherContainerPlaces = (briefed: BriefedPod): readonly string[] =>
  keptContainers(briefed).flatMap(({ place, fields }) => {
    const calls = CALLS.map(({ path }) => `${place}/${path}`);
    return differingWithin(place, fields, valueAtPlace(briefed.after, place)).filter(
      (differs) => !calls.some((call) => liesWithin(differs, call)),
    );
  });

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
