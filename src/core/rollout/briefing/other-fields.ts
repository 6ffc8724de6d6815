import { asText } from '../../json/as-text.ts';
import { differingPlaces, differingWithin, liesWithin, valueAtPlace } from '../../json/differing-places.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { pointer } from '../../json/pointer.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { addedContainers } from './containers.ts';
import { listing, type Phrase, say } from './phrase.ts';
import { otherContainerPlaces } from './probes.ts';
import type { Statement } from './statement.ts';

const NAMED_LISTS = ['volumes', 'imagePullSecrets'] as const;

/** The volumes that are added. */
export function volumeStatements({ before, after }: BriefedPod): readonly Statement[] {
  const standing = new Set((before.spec.volumes ?? []).map(({ name }) => name));
  const added = (after.spec.volumes ?? []).filter(({ name }) => !standing.has(name));
  if (added.length === 0) return [];
  const names = added.map(({ name }) => name);
  return [
    {
      kind: 'Volume',
      says: say`Volumes of the added containers: ${listing(names)}. Yours are as they were.`,
      evidence: added.map((volume) => ({ place: pointer('spec', 'volumes', volume.name), is: volume })),
    },
  ];
}

/** Every other field of the pods that changes, as it stands: nothing may change that no statement tells. */
export function otherFieldStatements(briefed: BriefedPod): readonly Statement[] {
  const { before, after } = briefed;
  const told = new Set(addedContainers(briefed).map(({ place }) => place));
  const ofSpec = differingPlaces([{ key: 'spec', left: withLists(before), right: withLists(after) }]).filter(
    (place) => !/^\/spec\/(volumes|containers|initContainers)(\/|$)/.test(place),
  );
  const places = [...ofSpec, ...otherContainerPlaces(briefed), ...changedVolumes(briefed)];
  return places
    .filter((place) => ![...told].some((outer) => liesWithin(place, outer)))
    .map((place): Statement => {
      const [from, to] = [valueAtPlace(before, place), valueAtPlace(after, place)];
      return {
        kind: 'OtherField',
        says: fieldText(place, from, to),
        evidence: [to === undefined ? { place, absent: true } : { place, is: to }],
      };
    });
}

// a list that was not there before is one without elements, so that each element is told
const withLists = ({ spec }: Pod) => ({
  ...spec,
  ...Object.fromEntries(NAMED_LISTS.map((list) => [list, spec[list] ?? []])),
});

const changedVolumes = ({ before, after }: BriefedPod): readonly string[] =>
  (before.spec.volumes ?? []).flatMap(({ name }) => {
    const place = pointer('spec', 'volumes', name);
    return differingWithin(place, valueAtPlace(before, place), valueAtPlace(after, place));
  });

/** That a field changes, as it stands. */
export function fieldText(place: string, from: unknown, to: unknown): Phrase {
  if (to === undefined) return say`${place} is taken away.`;
  if (from === undefined) return say`${place} is added: ${shownValue(to)}.`;
  return say`${place} changes from ${shownValue(from)} to ${shownValue(to)}.`;
}

const MOST_CHARACTERS = 200;

function shownValue(value: unknown): string {
  const text = asText(Array.isArray(value) ? value : Object.keys(fieldsOf(value)).length > 0 ? fieldsOf(value) : value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
}
