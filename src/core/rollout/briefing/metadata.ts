import { pointer } from '../../json/pointer.ts';
import { annotationsOf, type Labels, labelsOf, ownValue } from '../../kubernetes/pod.ts';
import { ANNOTATIONS } from '../../sidecar/names.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { type Phrase, say, words } from './phrase.ts';
import type { Statement, StatementKind } from './statement.ts';

/** What becomes of the labels and annotations of the pods. */
export function metadataStatements(briefed: BriefedPod): readonly Statement[] {
  const { before, after, subject, lacksMark, markPlace } = briefed;
  const { podKey } = subject.policy.spec.optIn;
  const mark = lacksMark ? pointer('metadata', markPlace, podKey) : undefined;
  const maps = [
    { kind: 'Label', map: 'labels', was: labelsOf(before), is: labelsOf(after) },
    { kind: 'Annotation', map: 'annotations', was: annotationsOf(before), is: annotationsOf(after) },
  ] as const;
  const changes = maps.flatMap(({ kind, map, was, is }) => changesOf(kind, map, was, is));
  return changes.map((statement) =>
    mark === statement.evidence[0]?.place
      ? {
          ...statement,
          kind: 'OptIn',
          says: say`The pods ask for the sidecar, by the ${[KIND_TEXT[markPlace]]} ${podKey}.`,
        }
      : statement,
  );
}

const KIND_TEXT = { labels: 'label', annotations: 'annotation' } as const;

/** Annotations whose text differs from pod to pod, or is long: what they are for. */
const PURPOSES: ReadonlyMap<string, string> = new Map([
  [ANNOTATIONS.status, 'which says what was injected, and by which policy'],
  [ANNOTATIONS.envoyConfig, 'which is the configuration of the sidecar'],
  [ANNOTATIONS.istioStatus, 'by which istioctl and Kiali know the sidecar'],
]);

function changesOf(
  kind: StatementKind & ('Label' | 'Annotation'),
  map: keyof typeof KIND_TEXT,
  was: Labels,
  is: Labels,
) {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.flatMap((key): Statement | readonly [] => {
    const [from, to] = [ownValue(was, key), ownValue(is, key)];
    if (from === to) return [];
    const place = pointer('metadata', map, key);
    const what = KIND_TEXT[map];
    if (to === undefined)
      return {
        kind,
        says: say`The ${[what]} ${key} is taken away; it was ${from ?? ''}.`,
        evidence: [{ place, absent: true }],
      };
    const purpose = PURPOSES.get(key);
    if (purpose !== undefined)
      return {
        kind,
        says: say`The ${[what]} ${key} ${words(from === undefined ? 'is added' : 'changes')}, ${[purpose]}.`,
        evidence: [{ place }],
      };
    return { kind, says: changeText(what, key, from, to), evidence: [{ place, is: to }] };
  });
}

const changeText = (what: string, key: string, from: string | undefined, to: string): Phrase =>
  from === undefined
    ? say`The ${[what]} ${key} is added, with the value ${to}.`
    : say`The ${[what]} ${key} changes from ${from} to ${to}.`;
