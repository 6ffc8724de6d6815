import type { Examined } from '../../compatibility/examined.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { differingWithin, valueAtPlace } from '../../json/differing-places.ts';
import type { BriefedPod, TodaysPod } from './briefed-pod.ts';
import { captureStatements } from './capture.ts';
import { changedAmounts } from './changed-amounts.ts';
import { addedStatement, type StandingContainer, standingContainers } from './containers.ts';
import { featureStatements } from './features.ts';
import { metadataStatements } from './metadata.ts';
import { orderStatements } from './order.ts';
import { fieldText, otherFieldStatements, volumeStatements } from './other-fields.ts';
import { listing, say } from './phrase.ts';
import { probeStatements } from './probes.ts';
import type { Evidence, Statement } from './statement.ts';

/**
 * What features change for pods that have their sidecar: how the one of then differs from that of today. What stays as it is is not told.
 * @param examined the workload, with the pod as its author wrote it
 */
export function changedSidecarStatements(
  briefed: BriefedPod,
  today: TodaysPod,
  examined: Examined,
): readonly Statement[] {
  const ofThen = { ...briefed, before: today.pod };
  const ofToday = { ...briefed, after: today.pod, subject: today.subject };
  return [
    ...changedContainers(briefed, today),
    // each of these tells how the pod is, so that what is told of both is no change
    ...[captureStatements, orderStatements, featureStatements].flatMap((statements) =>
      without(statements(briefed), statements(ofToday)),
    ),
    ...probeStatements(ofThen),
    ...changedAmounts(ofThen, examined),
    ...volumeStatements(ofThen),
    ...metadataStatements(ofThen),
    ...otherFieldStatements(ofThen),
  ];
}

function without(statements: readonly Statement[], told: readonly Statement[]): readonly Statement[] {
  const known = new Set(told.map((statement) => canonicalJson(statement)));
  return statements.filter((statement) => !known.has(canonicalJson(statement)));
}

/** The sidecar’s containers that come, go and change, field by field. */
function changedContainers(briefed: BriefedPod, today: TodaysPod): readonly Statement[] {
  const own = (pod: TodaysPod): readonly StandingContainer[] =>
    standingContainers(pod.pod).filter(({ name }) => pod.subject.profile.own.containers.has(name));
  const was = new Map(own(today).map((container) => [container.place, container]));
  const is = own({ pod: briefed.after, subject: briefed.subject });
  const stays = new Set(is.map(({ place }) => place));
  const gone = [...was.values()].filter(({ place }) => !stays.has(place));
  return [
    ...is.flatMap((container) => {
      const before = was.get(container.place);
      return before === undefined ? [addedStatement(container)] : changedFields(before, container);
    }),
    ...gone.map(
      ({ name, place }): Statement => ({
        kind: 'Container',
        says: say`${name} of today’s sidecar is taken away.`,
        evidence: [{ place, absent: true }],
      }),
    ),
  ];
}

// of the others the texts are long, made by the sidecar for itself, or secret, as what its drain is asked by
const TOLD_BY_VALUE = /^\/(image|imagePullPolicy|resources|securityContext|ports)(\/|$)/;

function changedFields(before: StandingContainer, { name, place, fields }: StandingContainer): readonly Statement[] {
  const differing = differingWithin('', before.fields, fields);
  const [byValue, byName] = [true, false].map((told) => differing.filter((one) => TOLD_BY_VALUE.test(one) === told));
  const evidence = (one: string, to: unknown): Evidence =>
    to === undefined ? { place: place + one, absent: true } : { place: place + one };
  const told = (byValue ?? []).map((one): Statement => {
    const [from, to] = [valueAtPlace(before.fields, one), valueAtPlace(fields, one)];
    const { place: where, ...more } = evidence(one, to);
    return {
      kind: 'Container',
      says: fieldText(where, from, to),
      evidence: [{ place: where, ...more, ...(to !== undefined && { is: to }) }],
    };
  });
  if (byName === undefined || byName.length === 0) return told;
  return [
    ...told,
    {
      kind: 'Container',
      says: say`${name} works otherwise; these fields of it change: ${listing(byName.map((one) => one.slice(1)))}.`,
      evidence: byName.map((one) => evidence(one, valueAtPlace(fields, one))),
    },
  ];
}
