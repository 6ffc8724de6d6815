declare global {
  // TypeScript knows it from the edition after ES2025 on
  interface JSON {
    rawJSON(text: string): object;
  }
}

/**
 * The JSON text of a string or number as a value: JSON.stringify sets it into its own text as it stands, without escaping it
 * once more. It cannot break out of its place.
 * @throws SyntaxError when the text is not exactly one JSON string, number, boolean or null
 */
const rawJson = (text: string): object => JSON.rawJSON(text);

/** A long text, and the same as a JSON string: escaping it takes longer than writing all the rest. */
export interface EscapedText {
  readonly text: string;
  readonly escaped: object;
  readonly bytes: number;
}

export const escapedText = (text: string): EscapedText => ({
  text,
  escaped: rawJson(JSON.stringify(text)),
  bytes: Buffer.byteLength(text),
});
