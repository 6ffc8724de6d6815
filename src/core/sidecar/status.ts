import { isObject } from '../json/is-object.ts';
import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { ANNOTATIONS } from './names.ts';

/** What the annotation `pillion.io/status` tells: which injection a pod carries. A hint where to look, never proof. */
export interface Status {
  readonly version: string;
  readonly profile: string;
  readonly policy: string;
  readonly revision: string;
  readonly injected: {
    readonly initContainers: readonly string[];
    readonly containers: readonly string[];
    readonly volumes: readonly string[];
  };
  /** Digest of all that the containers and volumes are rendered from: equal digests, equal sidecars. */
  readonly specDigest: string;
  /** The record of the first call for this pod. */
  readonly recordId: string;
  /** Containers of the author that asked for another shape of ours; they are merged again when ours is rendered again. */
  readonly overrides?: readonly unknown[];
}

/** What of a status is read back; anything else in it is as good as absent. */
export interface ReadStatus {
  readonly recordId: string;
  readonly overrides: readonly unknown[];
}

const RECORD_ID = /^[0-9a-f]{16}$/;

/** The status of an earlier injection; undefined when there is none, or none that can be read. */
export function readStatus(pod: Pod): ReadStatus | undefined {
  const text = ownValue(annotationsOf(pod), ANNOTATIONS.status);
  if (text === undefined) return undefined;
  try {
    const status: unknown = JSON.parse(text);
    if (!isObject(status) || typeof status.recordId !== 'string' || !RECORD_ID.test(status.recordId)) return undefined;
    return { recordId: status.recordId, overrides: Array.isArray(status.overrides) ? status.overrides : [] };
  } catch {
    return undefined;
  }
}
