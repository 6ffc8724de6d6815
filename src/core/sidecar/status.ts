import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';
import { annotationsOf, type Pod } from '../kubernetes/pod.ts';
import { VERSION } from '../version.ts';
import { ANNOTATIONS } from './names.ts';
import { type RecordedOverride, readOverride } from './recorded-override.ts';
import { type Injection, LISTS, type List, partsOf, type RenderInput } from './rendering.ts';
import { readUndoRecord, type UndoRecord, undoRecordOf, type Was } from './undo-record.ts';

/**
 * What the annotation `pillion.io/status` tells: which injection a pod carries. A hint where to look, never proof. In a pod that the API
 * server has injected by itself it has no digest and says by which policy (`madeBy`); its record is nobody’s.
 */
export interface Status {
  readonly version: string;
  readonly profile: string;
  readonly policy: string;
  readonly revision: string;
  readonly injected: {
    readonly initContainers: readonly string[];
    readonly containers: readonly string[];
    readonly volumes: readonly string[];
    readonly imagePullSecrets?: readonly string[];
    /** Keys that were not there before. */
    readonly annotations: readonly string[];
    readonly labels?: readonly string[];
  };
  /** JSON pointers into the pod: maps and lists that were not there before. */
  readonly created: readonly string[];
  /** How null or empty ones among them were spelled in a file, where that is not obvious. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** What stood where something else stands now. */
  readonly was?: Partial<Was>;
  /** Digest of all that the containers and volumes are rendered from: equal digests, equal sidecars. */
  readonly specDigest: string;
  /** The record of the first call for this pod. */
  readonly recordId: string;
  /**
   * Containers of the author that asked for another shape of ours; they are merged again when ours is rendered again, and
   * put back where they stood when it is taken out.
   */
  readonly overrides?: readonly RecordedOverride[];
}

/** The text of the status of this injection. */
export function statusOf(
  { pod, original, overrides, standing, undo, policy, recordId }: RenderInput,
  injection: Injection,
  { profile, specDigest }: Pick<Status, 'profile' | 'specDigest'>,
): string {
  const { annotations, labels, created, replaced, was } = undoRecordOf(pod, original, injection, undo);
  const names = (list: List) => partsOf(injection[list]).map(({ name }) => name);
  const authors = original.spec.imagePullSecrets ?? [];
  const secrets = names('imagePullSecrets').filter((name) => !authors.some((secret) => secret.name === name));
  const changed = withoutEmpty(was);
  const kept = [...overrides, ...standing];
  const status: Status = {
    version: VERSION,
    profile,
    policy: policy.name,
    revision: policy.revision,
    injected: {
      initContainers: names('initContainers'),
      containers: names('containers'),
      volumes: names('volumes'),
      ...(secrets.length === 0 ? {} : { imagePullSecrets: secrets }),
      annotations,
      ...(labels.length === 0 ? {} : { labels }),
    },
    created,
    ...(isEmpty(replaced) ? {} : { replaced }),
    ...(isEmpty(changed) ? {} : { was: changed }),
    specDigest,
    recordId,
    ...(kept.length === 0 ? {} : { overrides: kept.map(({ recorded }) => recorded) }),
  };
  return JSON.stringify(status);
}

const withoutEmpty = ({ annotations, labels, fields }: Was): Partial<Was> => ({
  ...(isEmpty(annotations) ? {} : { annotations }),
  ...(isEmpty(labels) ? {} : { labels }),
  ...(fields.length === 0 ? {} : { fields }),
});

const isEmpty = (map: object): boolean => Object.keys(map).length === 0;

/** What of a status is read back; anything else in it is as good as absent. */
export interface ReadStatus {
  readonly recordId: string;
  readonly overrides: readonly RecordedOverride[];
  readonly undo: UndoRecord;
  /** Names that the status lists as injected: containers of either list, and volumes. They may be anybody’s. */
  readonly names: ReadonlySet<unknown>;
  /** Those of them that are pull secrets. */
  readonly secrets: ReadonlySet<unknown>;
  /** Those that are volumes, where the profile may have brought others than those of its own names. */
  readonly volumes: ReadonlySet<unknown>;
}

const RECORD_ID = /^[0-9a-f]{16}$/;

/** The status of an earlier injection; undefined when there is none, or none that can be read. */
export const readStatus = (pod: Pod): ReadStatus | undefined => statusIn(annotationsOf(pod));

/** Reads the status among the annotations of a pod or pod template; undefined when it is absent or cannot be read. */
export function statusIn(annotations: Readonly<Record<string, unknown>>): ReadStatus | undefined {
  const text = Object.hasOwn(annotations, ANNOTATIONS.status) ? annotations[ANNOTATIONS.status] : undefined;
  // only a profile that takes the place of Istio’s injector changes more than its own parts and annotations
  const whole = Object.hasOwn(annotations, ANNOTATIONS.istioStatus);
  return typeof text === 'string' ? statusFrom(text, whole) : undefined;
}

function statusFrom(text: string, whole: boolean): ReadStatus | undefined {
  const status = parsedJson(text);
  if (!isObject(status) || typeof status.recordId !== 'string' || !RECORD_ID.test(status.recordId)) return undefined;
  const overrides = Array.isArray(status.overrides) ? status.overrides : [];
  const injected = fieldsOf(status.injected);
  const listed = (list: List): unknown[] => (Array.isArray(injected[list]) ? injected[list] : []);
  return {
    recordId: status.recordId,
    overrides: overrides.flatMap((stored) => readOverride(stored, whole) ?? []),
    undo: readUndoRecord(status, whole),
    names: new Set(LISTS.flatMap(listed)),
    secrets: new Set(listed('imagePullSecrets')),
    volumes: new Set(whole ? listed('volumes') : []),
  };
}

/** The text of a status with what only the file knows that the injection was written into. */
export function statusWithin(text: string, { created, replaced }: Pick<UndoRecord, 'created' | 'replaced'>): string {
  const status: Status = JSON.parse(text);
  const spelled = { ...status.replaced, ...replaced };
  return JSON.stringify({
    ...status,
    created: [...new Set([...created, ...status.created])],
    ...(Object.keys(spelled).length === 0 ? {} : { replaced: spelled }),
  });
}
