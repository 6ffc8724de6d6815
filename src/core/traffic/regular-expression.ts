// MESH043: what is longer than this nobody reads; and the proxies refuse programs above a size
const MOST_CHARACTERS = 200;
// RE2 refuses a repetition that unfolds to more
const MOST_REPETITIONS = 1_000;

const GROUP_THAT_RE2_LACKS = /\(\?(?!:)/;
const ESCAPE_OF_OTHER_MEANING = /\\[^dDwWsSbB.\\/+*?()[\]{}|^$-]/;
const EMPTY_CLASS = /\[\^?\]/;

/**
 * What is wrong with a regular expression that a proxy will have to take: it has to mean the same whether it is searched for or
 * has to match as a whole, and to be one for RE2 as well as for JavaScript, by which it is read here.
 */
export function regularExpressionProblem(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return `has ${text.length} characters; accepted: at most ${MOST_CHARACTERS}`;
  if (!text.startsWith('^') || !/(^|[^\\])(\\\\)*\$$/.test(text)) return 'is not anchored; write it as ^...$';
  // ^a|b$ is two expressions of which each lacks an anchor
  if (hasOuterAlternative(text)) return 'is anchored in a part of its alternatives only; write it as ^(...)$';
  if (GROUP_THAT_RE2_LACKS.test(text)) return 'has a group that begins with (? and not with (?: , which RE2 may lack';
  if (ESCAPE_OF_OTHER_MEANING.test(text))
    return 'has an escape that RE2 may lack; accepted: \\d \\w \\s \\b and signs such as \\.';
  if (EMPTY_CLASS.test(text)) return 'has an empty class []';
  if (repetitionsOf(text) > MOST_REPETITIONS) return `repeats a part more than ${MOST_REPETITIONS} times`;
  try {
    new RegExp(text, 'u');
    return undefined;
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function hasOuterAlternative(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/\\.|\[(?:\\.|[^\]])*\]|[()|]/g)) {
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (sign === '|' && depth === 0) return true;
  }
  return false;
}

/** At most so many copies of one part, as if every repetition stood within the others. */
const repetitionsOf = (text: string): number =>
  [...text.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].reduce(
    (product, [, least = '0', most = '']) => product * Math.max(1, Number(least), Number(most)),
    1,
  );
