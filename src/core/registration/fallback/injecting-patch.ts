import { pointer } from '../../json/pointer.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import { ANNOTATIONS } from '../../sidecar/names.ts';
import type { ActiveProfile, OrdinaryPod } from '../../sidecar/profiles/active-profile.ts';
import { LISTS, type List, partsOf } from '../../sidecar/rendering.ts';
import { CREATABLE } from '../../sidecar/undo-record.ts';
import { all, either, hasKey, literal, steps, textOf, valueAt, variable } from '../cel.ts';
import { celJson, type Fillings, filledText, mark } from '../cel-json.ts';
import { addition, appended, elementOf, joinedLists, jsonArrayOf, listed } from '../cel-patch.ts';
import { CONTROLLERS, idOfFirst, MOUNTS_TOKEN, workloadNameFrom } from '../cel-pod.ts';
import type { MatchCondition } from '../match-condition.ts';
import { MARKS, type Sample, sampleOf } from './sample.ts';

/** The patch that puts the ordinary sidecar of a profile on a pod, and the variables that it is made of. */
export interface InjectingPatch {
  readonly variables: readonly MatchCondition[];
  /** Makes the list of operations. */
  readonly operations: string;
}

const ON_POD = 'object.metadata.annotations';
const NO_RECORD = '0'.repeat(16);
const WRITTEN = mark('written');
const CREATED = mark('created');

const FILLINGS: Fillings = new Map(
  [MARKS.workload, MARKS.mainContainer, MARKS.recordId, WRITTEN, CREATED].map((place) => [
    place,
    textOf(variable(place.slice(1, -1))),
  ]),
);

/**
 * @param madeBy stands in the status in place of the digest, for which CEL has no function
 */
export function injectingPatch(
  profile: ActiveProfile,
  ordinary: OrdinaryPod,
  policy: ActivePolicy,
  madeBy: string,
): InjectingPatch {
  const samples = {
    plain: sampleOf(profile, ordinary, policy, false),
    token: sampleOf(profile, ordinary, policy, true),
  };
  const lists = LISTS.filter((list) => partsOf(samples.plain.injection[list]).length > 0);
  const { annotations } = samples.plain.injection;
  return {
    variables: [
      { name: 'controllers', expression: CONTROLLERS },
      { name: 'workload', expression: workloadNameFrom(variable('controllers')) },
      {
        name: 'recordId',
        expression: ordinary.hasSecretId ? idOfFirst(variable('controllers')) : literal(NO_RECORD),
      },
      {
        name: 'mainContainer',
        expression: either(
          hasKey(ON_POD, ANNOTATIONS.defaultContainer),
          valueAt(ON_POD, ANNOTATIONS.defaultContainer),
          'object.spec.containers[0].name',
        ),
      },
      { name: 'mountsToken', expression: MOUNTS_TOKEN },
      ...lists.map((list) => ({ name: list, expression: partsIn(list, samples) })),
      {
        name: 'written',
        expression: jsonArrayOf(textsUnless(samples.plain.status.injected.annotations, annotationStands)),
      },
      { name: 'created', expression: jsonArrayOf(textsUnless(samples.plain.status.created, placeStands)) },
      ...(['plain', 'token'] as const).map((kind) => ({
        name: `${kind}Status`,
        expression: statusText(samples[kind].status, madeBy),
      })),
    ],
    operations: joinedLists([
      either(HAS_ANNOTATIONS, listed(), listed(addition(CREATABLE.annotations, '{}'))),
      ...Object.entries(annotations).map(([key, text]) => annotated(key, text)),
      ...lists.map((list) => placed(list, samples.plain)),
    ]),
  };
}

const partsIn = (list: List, { plain, token }: Readonly<Record<'plain' | 'token', Sample>>): string =>
  either(
    variable('mountsToken'),
    celJson(partsOf(token.injection[list]), FILLINGS),
    celJson(partsOf(plain.injection[list]), FILLINGS),
  );

/** The status, which lists what was not there before; CEL cannot write JSON, so what may be listed is written already. */
function statusText({ specDigest: _, ...status }: Status, madeBy: string): string {
  const { injected, ...others } = status;
  const text = JSON.stringify({ ...others, injected: { ...injected, annotations: WRITTEN }, created: CREATED, madeBy });
  return filledText(text.replace(`"${WRITTEN}"`, WRITTEN).replace(`"${CREATED}"`, CREATED), FILLINGS);
}

type Status = Sample['status'];

/** Those of some texts, as JSON, of which a condition does not hold; it is undefined for what cannot stand there. */
const textsUnless = (texts: readonly string[], stands: (text: string) => string | undefined): string =>
  joinedLists(
    texts.map((text) => {
      const condition = stands(text);
      const written = listed(literal(JSON.stringify(text)));
      return condition === undefined ? written : either(condition, listed(), written);
    }),
  );

// the others are never there before: such a pod is left alone
const KEPT: readonly string[] = [ANNOTATIONS.defaultContainer, ANNOTATIONS.defaultLogsContainer];
const annotationStands = (key: string) => (KEPT.includes(key) ? hasKey(ON_POD, key) : undefined);

const HAS_ANNOTATIONS = all(...steps(ON_POD));
const HAS_PLACE: ReadonlyMap<string, string> = new Map([
  [CREATABLE.annotations, HAS_ANNOTATIONS],
  [CREATABLE.initContainers, all(...steps('object.spec.initContainers'))],
  [CREATABLE.volumes, all(...steps('object.spec.volumes'))],
]);
const placeStands = (path: string) => HAS_PLACE.get(path);

function annotated(key: string, text: string): string {
  const value =
    key === ANNOTATIONS.status
      ? either(variable('mountsToken'), variable('tokenStatus'), variable('plainStatus'))
      : filledText(text, FILLINGS);
  const operation = listed(addition(pointer('metadata', 'annotations', key), value));
  const stands = annotationStands(key);
  return stands === undefined ? operation : either(stands, listed(), operation);
}

function placed(list: List, { injection }: Sample): string {
  const { first, last } = injection[list];
  const path = `/spec/${list}`;
  const parts = variable(list);
  const stands = placeStands(path);
  const inFront = first.map((_, index) => addition(`${path}/${index}`, elementOf(parts, index)));
  // no profile has parts at both ends of a list
  const beside = last.length > 0 ? appended(path, parts) : listed(...inFront);
  return stands === undefined ? beside : either(stands, beside, listed(addition(path, parts)));
}
