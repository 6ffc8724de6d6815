/**
 * JSON text as Go’s encoding/json writes it, which sets characters aside that mean something in HTML. Istio’s texts are compared
 * character by character with those of its own injector.
 */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value);
  return SET_ASIDE.test(text) ? text.replace(EACH_SET_ASIDE, escaped) : text;
}

const SET_ASIDE = /[<>&\u2028\u2029]/;
const EACH_SET_ASIDE = new RegExp(SET_ASIDE, 'g');
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
