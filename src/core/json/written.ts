declare global {
  // TypeScript knows it from the edition after ES2025 on
  interface JSON {
    isRawJSON(value: unknown): boolean;
  }
}

const TEXTS = new WeakMap<object, string>();

/**
 * A value that is written many times: its JSON text is made once. It must not change afterwards.
 * @returns the value itself
 */
export function writtenOnce<T extends object>(value: T): T {
  TEXTS.set(value, JSON.stringify(value));
  return value;
}

/** Bytes as a JSON string in base64, which has nothing to escape. */
export class Base64Json {
  readonly text: string;

  /** @param base64 the letters, digits and signs of base64 and nothing else */
  constructor(base64: string) {
    this.text = `"${base64}"`;
  }
}

/** Whether the text of a value is made already. */
export const isWritten = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && TEXTS.has(value);

/**
 * The JSON text of a value, as JSON.stringify gives it for plain JSON; a property test holds both equal. What went through
 * `writtenOnce` is not written again: most of a patch is the same for every pod.
 */
export function writtenJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const text = TEXTS.get(value);
  if (text !== undefined) return text;
  if (Array.isArray(value)) return writtenList(value);
  if (value instanceof Base64Json) return value.text;
  // one call for a whole object is faster than one for each member
  if (JSON.isRawJSON(value) || !hasParts(value)) return JSON.stringify(value);
  let members = '';
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const written = keyText(key) + writtenJson(member);
    members = members === '' ? written : `${members},${written}`;
  }
  return `{${members}}`;
}

const KEYS = new Map<string, string>();
// the names of fields in a pod; keys of users may come first, so the number is well above
const MOST_KEYS = 512;

/** The text of a key with its colon. */
function keyText(key: string): string {
  const known = KEYS.get(key);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(key)}:`;
  if (KEYS.size < MOST_KEYS) KEYS.set(key, text);
  return text;
}

function writtenList(list: readonly unknown[]): string {
  let items = '';
  for (const item of list) items = items === '' ? writtenJson(item) : `${items},${writtenJson(item)}`;
  return `[${items}]`;
}

function hasParts(value: object): boolean {
  for (const key in value) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof member === 'object' && member !== null) return true;
  }
  return false;
}
