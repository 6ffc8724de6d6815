import { pointer } from '../../json/pointer.ts';
import { ANNOTATIONS, SIDECAR } from '../../sidecar/names.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { addedContainers } from './containers.ts';
import { say, words } from './phrase.ts';
import type { Statement } from './statement.ts';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['Observability', 'requests are counted, and told as the section on metrics, logs and traces says'],
  ['Resilience', 'timeouts, retries and limits act that Services say in their traffic values'],
]);

/** Which features of the sidecar are on, and that the others change nothing. */
export function featureStatements(briefed: BriefedPod): readonly Statement[] {
  const { features } = briefed.subject.profile.signals;
  const sidecar = addedContainers(briefed).find(({ name }) => name === SIDECAR);
  if (sidecar === undefined) return [];
  const place = pointer('metadata', 'annotations', ANNOTATIONS.envoyConfig);
  if (features === undefined)
    return [
      {
        kind: 'Feature',
        says: words(
          'istiod tells the sidecar what it does: mutual TLS, routes, timeouts and retries are those of the mesh.',
        ),
        evidence: [{ place: sidecar.place }],
      },
    ];
  const on = features.map(
    (feature): Statement => ({
      kind: 'Feature',
      says: say`${feature} is on: ${[MEANINGS.get(feature) ?? 'see the documentation']}.`,
      evidence: [{ place }],
    }),
  );
  const off = [...MEANINGS.keys()].filter((feature) => !features.includes(feature));
  const none = off.map(
    (feature): Statement => ({
      kind: 'Feature',
      says: say`${feature} is off, and the sidecar changes nothing of that kind.`,
      evidence: [{ place }],
    }),
  );
  return [...on, ...none];
}
