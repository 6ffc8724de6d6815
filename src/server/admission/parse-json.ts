/** Either the value or one sentence that says what is wrong, and where. */
export type Parsed = { readonly value: unknown } | { readonly fault: string };

// characters of context that V8 quotes before the offending one (kMaxContextCharacters in its json-parser.cc)
const QUOTED_BEFORE = 10;

/**
 * Parses a request body. `JSON.parse` makes `__proto__` and `constructor` keys plain own properties, so they are data like any
 * other and there is no reason to refuse them.
 */
export function parseJson(bytes: Buffer): Parsed {
  if (bytes.length === 0) return { fault: 'the body is empty' };
  const text = bytes.toString('utf8');
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const position = said.includes('at position') ? undefined : faultPosition(said, text);
    return { fault: `the body is not JSON: ${said}${position === undefined ? '' : ` (position ${position})`}` };
  }
}

/** Where parsing failed, for the messages of V8 that quote the text instead of counting. */
function faultPosition(said: string, text: string): number | undefined {
  if (said.startsWith('Unexpected end')) return text.length;
  const quoted = /, (\.\.\.)?"(.*)"(\.\.\.)? is not valid JSON$/s.exec(said);
  if (!quoted) return undefined;
  const token = /^Unexpected token '(.{1,2})'/s.exec(said)?.[1];
  const [, elidedBefore, context = ''] = quoted;
  if (elidedBefore !== undefined) return text.indexOf(context) + QUOTED_BEFORE;
  // the whole beginning is quoted: the first offending character is where it first occurs, unless it occurs earlier rightly
  return token !== undefined && context.split(token).length === 2 ? context.indexOf(token) : undefined;
}
