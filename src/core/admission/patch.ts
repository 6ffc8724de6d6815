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
  const escapedOf = (text: string) => profile.constants.find((constant) => constant.text === text)?.escaped;
  const operations = patchOf(pod, edit, (text) => escapedOf(text) ?? text);
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

// a patch has some 10 KB; where the bytes need not last, writing them in the same place takes a fifth of the time of a new one
const PLACE = Buffer.allocUnsafeSlow(128 * 1024);
const MOST_BYTES_A_UNIT = 3;

/** The bytes of a text, until the next call. */
const bytesOf = (text: string): Buffer =>
  text.length * MOST_BYTES_A_UNIT > PLACE.length ? Buffer.from(text) : PLACE.subarray(0, PLACE.write(text));
