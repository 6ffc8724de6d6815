import type { Operation } from 'fast-json-patch';
import type { Subject } from '../decision/subject.ts';
import { digest } from '../json/canonical.ts';
import { writtenJson } from '../json/written.ts';
import { type Edit, patchOf } from '../sidecar/edit.ts';

/** An RFC 6902 list of operations as it goes over the wire, with what its record tells about it. */
export interface Patch {
  readonly base64: string;
  readonly summary: { readonly digest: string; readonly bytes: number; readonly operations: number };
}

/** The edit as a patch. */
export function writtenPatch({ pod, profile }: Subject, edit: Edit): Patch {
  const { constant } = profile;
  const operations = patchOf(pod, edit, (annotation) =>
    annotation === constant?.text ? constant.escaped : annotation,
  );
  return patchWith(operations);
}

/** These operations as a patch. */
export function patchWith(operations: readonly Operation[]): Patch {
  const bytes = bytesOf(writtenJson(operations));
  return {
    base64: bytes.toString('base64'),
    summary: { digest: digest(bytes), bytes: bytes.length, operations: operations.length },
  };
}

// most patches are ASCII, which is copied in a third of the time
const bytesOf = (text: string): Buffer =>
  Buffer.byteLength(text) === text.length ? Buffer.from(text, 'latin1') : Buffer.from(text);
