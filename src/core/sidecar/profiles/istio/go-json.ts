/**
 * JSON text as Go’s encoding/json writes it, which sets characters aside that mean something in HTML. Istio’s texts are compared
 * character by character with those of its own injector.
 */
export const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
