// what is longer nobody reads
const MOST_CHARACTERS = 200;
// a repetition is unfolded, so the program grows with its length times its count. What is accepted had at most 4,822 instructions in
// Envoy 1.40 (test/traffic/any-expression.test.ts), which refuses more than 100 unless its runtime re2.max_program_size.error_level is
// raised; Istio’s is 32,768
const MOST_UNFOLDED = 2_000;

/**
 * The whole of what is accepted, a token after another: what RE2 and JavaScript read alike. Both read the rest differently or only one of
 * them does: RE2 takes [: for a class of POSIX, and {02} for signs that stand for themselves.
 */
const TOKEN = new RegExp(
  [
    /[^\\[\](){}*+?]/, // a sign that stands for itself, and . ^ $ |
    /\\[dDwWsS.\\/+*?()[\]{}|^$]/,
    /\[(?!\^?\])(?:[^\\[\]]|\\[dDwWsS.\\/+*?()[\]{}|^$-])+\]/,
    /\((?:\?:|(?!\?))/,
    /\)/,
    /[*+?]/,
    /\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\}/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

/** What may stand where no token does, and what is said of it. */
const REFUSED: readonly (readonly [begins: RegExp, problem: string])[] = [
  [/^\(\?/, 'has a group that begins with (? and not with (?: , which RE2 may lack'],
  [
    /^(?:\[[^\]]*?)?\\[^dDwWsS.\\/+*?()[\]{}|^$-]/,
    'has an escape that RE2 may lack; accepted: \\d \\w \\s and signs such as \\.',
  ],
  [/^\[\^?\]/, 'has an empty class []'],
  [
    /^\[[^\]]*?\[/,
    'has a [ inside a class, which RE2 may take for one such as [:alpha:]; write it as \\[, and as a-z what it means',
  ],
  [
    /^\{\d*,?\d*\}/,
    'has a repetition that RE2 takes for mere signs; write it without zeros before its numbers, as {2} or {2,3}',
  ],
];

/**
 * What is wrong with a regular expression that a proxy will have to take: it has to mean the same whether it is searched for or
 * has to match as a whole, and to be one for RE2 as well as for JavaScript, by which it is read here.
 */
export function regularExpressionProblem(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return `has ${text.length} characters; accepted: at most ${MOST_CHARACTERS}`;
  if (!text.startsWith('^') || !/(^|[^\\])(\\\\)*\$$/.test(text)) return 'is not anchored; write it as ^...$';
  const { tokens, rest } = tokensOf(text);
  const refused = REFUSED.find(([begins]) => begins.test(rest));
  if (rest !== '' && refused !== undefined) return refused[1];
  // ^a|b$ is two expressions of which each lacks an anchor
  if (hasOuterAlternative(tokens)) return 'is anchored in a part of its alternatives only; write it as ^(...)$';
  if (text.length * repetitionsOf(tokens) > MOST_UNFOLDED)
    return 'repeats its parts too often, as {100} does; use * or +';
  try {
    new RegExp(text, 'u');
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
  return rest === '' ? undefined : `cannot be read from ${rest} on`;
}

/** The tokens from the beginning, and what is left where no other follows. */
function tokensOf(text: string): { readonly tokens: readonly string[]; readonly rest: string } {
  const tokens: string[] = [];
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) return { tokens, rest: text.slice(at) };
    tokens.push(token);
    at += token.length;
  }
}

function hasOuterAlternative(tokens: readonly string[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.startsWith('(')) depth++;
    else if (token === ')') depth--;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
}

/** At most so many copies of one part, as if every repetition stood within the others. */
const repetitionsOf = (tokens: readonly string[]): number =>
  tokens
    .filter((token) => token.startsWith('{'))
    .flatMap((token) => Math.max(1, ...(token.match(/\d+/g) ?? []).map(Number)))
    .reduce((product, count) => product * count, 1);
