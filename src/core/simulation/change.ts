import { digest } from '../json/canonical.ts';
import { type Difference, differences, type ItemKey } from '../json/differences.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { pointerParts } from '../json/pointer.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { carriesSidecar, type Outcome } from './outcome.ts';

/** How a decision can change, from the one that hurts most to the one that hurts least, and what is said of such pods. */
export const CHANGES = {
  refused: 'would be refused',
  lose: 'would lose the sidecar',
  gain: 'would gain a sidecar',
  pass: 'would no longer be refused, and have no sidecar',
  different: 'would have another sidecar',
  reason: 'would be as before, for another reason',
} as const;
export type ChangeKind = keyof typeof CHANGES;

/** A decision that is another one under the other policy. */
export interface Change {
  readonly kind: ChangeKind;
  /** What the injected pod has at other places: the same pod, before and after. */
  readonly differences: readonly OtherPart[];
}

/** A part of a pod that is another one; a side that has nothing there is undefined. */
export interface OtherPart {
  /** By names: `initContainers/istio-proxy/image`. */
  readonly at: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What changes for a pod; undefined when nothing does. The pointer to the rule is part of the answer and no change by itself. */
export function changeBetween(before: Outcome, after: Outcome): Change | undefined {
  const kind = kindBetween(before, after);
  if (kind !== undefined) return { kind, differences: [] };
  const renders = before.injected !== undefined && after.injected !== undefined;
  const places = renders ? differencesIn(compared(before.injected), compared(after.injected)) : [];
  const changed = [...profileChange(before, after, renders), ...places];
  if (changed.length > 0) return { kind: 'different', differences: changed };
  const same = before.verdict === after.verdict && before.reason === after.reason;
  return same ? undefined : { kind: 'reason', differences: [] };
}

/** Another profile, or one that has changed, where nothing is rendered that would show by what. */
function profileChange(before: Outcome, after: Outcome, renders: boolean): OtherPart[] {
  if (before.profile === undefined || after.profile === undefined) return [];
  if (before.profile !== after.profile) return [{ at: 'profile', before: before.profile, after: after.profile }];
  const [was, is] = [before.profileRevision, after.profileRevision];
  const told = !renders && was !== undefined && is !== undefined && was !== is;
  return told ? [{ at: `profile ${after.profile}`, before: `revision ${was}`, after: `revision ${is}` }] : [];
}

function kindBetween(before: Outcome, after: Outcome): ChangeKind | undefined {
  const refuses = ({ verdict }: Outcome) => verdict === 'deny' || verdict === 'error';
  if (refuses(after)) return refuses(before) ? undefined : 'refused';
  const [had, has] = [carriesSidecar(before), carriesSidecar(after)];
  if (had !== has) return has ? 'gain' : 'lose';
  return refuses(before) ? 'pass' : undefined;
}

/** The pod without the bookkeeping of its injection, which names the policy and so is never the same. */
export function compared(pod: unknown): unknown {
  const metadata = fieldsOf(fieldsOf(pod).metadata);
  const { [ANNOTATIONS.status]: _, ...annotations } = fieldsOf(metadata.annotations);
  return { ...fieldsOf(pod), metadata: { ...metadata, annotations } };
}

/** Containers, volumes and variables are known by their names. */
const byName: ItemKey = (item) => (isObject(item) && typeof item.name === 'string' ? item.name : undefined);

/**
 * What differs between two pods, by names and in words that fit into a line.
 * @param counts says whether a difference is one
 */
export const differencesIn = (
  before: unknown,
  after: unknown,
  counts: (difference: Difference) => boolean = () => true,
): OtherPart[] =>
  differences(before, after, byName)
    .filter(counts)
    .map((difference) => ({
      at: namedPlace(difference.after === undefined ? before : after, difference.path),
      before: brief(difference.before),
      after: brief(difference.after),
    }));

/** Such as `initContainers/istio-proxy/image`, for `/spec/initContainers/0/image`. */
function namedPlace(pod: unknown, path: string): string {
  let at: unknown = pod;
  const names = pointerParts(path).map((part) => {
    at = Array.isArray(at) ? at[Number(part)] : fieldsOf(at)[part];
    return byName(at) ?? part;
  });
  return names.slice(names[0] === 'spec' || names[0] === 'metadata' ? 1 : 0).join('/');
}

const MOST_CHARACTERS = 80;

/** The configuration of an Envoy has 15,000 characters, and only that it is another one can be told in a line. */
function brief(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.length} characters, digest ${digest(text)}`;
}
