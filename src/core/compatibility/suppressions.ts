import { fieldsOf } from '../json/fields-of.ts';
import { pointer } from '../json/pointer.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { quoted } from '../problem/quoted.ts';
import type { CheckText, Sighting } from './fit-check.ts';
import { FIT_CHECKS } from './fit-checks.ts';

/** On the workload or its pod template: `FIT020: reason; FIT037: reason`. */
export const SUPPRESS_ANNOTATION = 'compatibility.pillion.io/suppress';

/** Told by the suppressions themselves, after all checks were asked. */
export const FIT090: CheckText = {
  code: 'FIT090',
  severity: 'needs-change',
  title: 'Every suppression has a reason and an effect.',
  remedy: `Write ${SUPPRESS_ANNOTATION} as CODE: reason, with a semicolon between several; remove what is not needed.`,
  why: 'A suppression without a reason says nothing to the next reader, and a forgotten one hides the next mistake.',
  holds: 'every profile',
  from: 'the annotation itself: this check is about the others',
  suppressible: false,
};

/** One that counts. */
export interface Suppression {
  readonly code: string;
  readonly reason: string;
  readonly path: string;
}

export interface Suppressions {
  readonly counting: readonly Suppression[];
  /** What is wrong with the others. */
  readonly sightings: readonly Sighting[];
}

// what stands there comes from anybody who may write a workload
const MOST_CHARACTERS = 4096;
const MOST_REASON = 200;

/**
 * Reads the suppressions of a workload; what is wrong is told, and has no effect.
 * @param templatePath the way from the workload to its pod template
 */
export function suppressionsOf(workload: unknown, template: unknown, templatePath: string): Suppressions {
  const read = new Map([
    [pointer('metadata', 'annotations', SUPPRESS_ANNOTATION), textOn(workload)],
    [templatePath + pointer('metadata', 'annotations', SUPPRESS_ANNOTATION), textOn(template)],
  ]);
  const entries = [...read].flatMap(([path, text]) =>
    text
      .slice(0, MOST_CHARACTERS)
      .split(/[;\n]/)
      .filter((entry) => entry.trim() !== '')
      .map((entry) => ({ path, entry: entry.trim() })),
  );
  const counting: Suppression[] = [];
  const sightings: Sighting[] = [];
  for (const { path, entry } of entries) {
    const [, code = '', reason = ''] = /^([^:\s]*)\s*:?\s*(.*)$/s.exec(entry) ?? [];
    const wrong = whyVoid(code, reason);
    if (wrong === undefined) counting.push({ code, reason: reason.slice(0, MOST_REASON), path });
    else sightings.push({ path, message: `${quoted(entry)} ${wrong}` });
  }
  return { counting, sightings };
}

function whyVoid(code: string, reason: string): string | undefined {
  const check = FIT_CHECKS.find((one) => one.code === code);
  if (check === undefined)
    return 'names no check; accepted: a code of docs/compatibility.md, such as FIT020: why it does not matter';
  if (check.suppressible === false)
    return `has no effect: ${code} is what Pillion does itself; leave the workload out of the mesh instead`;
  return reason === '' ? `has no reason; write it behind the code: ${code}: why it does not matter` : undefined;
}

function textOn(carrier: unknown): string {
  const annotations = fieldsOf(metadataOf(carrier).annotations);
  const text = Object.hasOwn(annotations, SUPPRESS_ANNOTATION) ? annotations[SUPPRESS_ANNOTATION] : '';
  return typeof text === 'string' ? text : '';
}

/** A suppression that nothing needs. */
export const notNeeded = ({ code, path }: Suppression): Sighting => ({
  path,
  message: `${code} is suppressed, and nothing needs it`,
  severity: 'note',
});
