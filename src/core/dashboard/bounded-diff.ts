import { createTwoFilesPatch } from 'diff';

// what a browser shows at once
const MOST_CHARACTERS = 200_000;
// a sidecar is some 300 lines; texts that differ in more are other texts
const MOST_EDITS = 3_000;
const WITHIN_MS = 2_000;

/**
 * What differs between two texts as a unified diff; empty where nothing does. One that is too long is cut, and one that would take too long is
 * left out; either says so in a last line.
 */
export function boundedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const options = { context: 3, maxEditLength: MOST_EDITS, timeout: WITHIN_MS };
  const patch: string | undefined = createTwoFilesPatch(
    name,
    name,
    before,
    after,
    'as it is',
    'with the decision',
    options,
  );
  if (patch === undefined)
    return '# too much differs to be shown here; pillion inject -f FILE writes the whole of it\n';
  if (patch.length <= MOST_CHARACTERS) return patch;
  const end = patch.lastIndexOf('\n', MOST_CHARACTERS) + 1;
  const left = patch.slice(end).split('\n').length - 1;
  return `${patch.slice(0, end)}# cut here, ${left} lines more; pillion inject -f FILE writes the whole of it\n`;
}
