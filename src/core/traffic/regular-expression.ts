// what is longer nobody reads
const MOST_CHARACTERS = 200;
// a repetition is unfolded, so the program grows with its length times its count. What is accepted had at most 4,600 instructions in
// Envoy 1.40 (measured), which refuses more than 100 unless its runtime re2.max_program_size.error_level is raised; Istio’s is 32,768
const MOST_UNFOLDED = 2_000;

const GROUP_THAT_RE2_LACKS = /\(\?(?!:)/;
const ESCAPE_OF_OTHER_MEANING = /\\[^dDwWsS.\\/+*?()[\]{}|^$-]/;
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
    return 'has an escape that RE2 may lack; accepted: \\d \\w \\s and signs such as \\.';
  if (EMPTY_CLASS.test(text)) return 'has an empty class []';
  if (text.length * repetitionsOf(text) > MOST_UNFOLDED)
    return 'repeats its parts too often, as {100} does; use * or +';
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
