/**
 * A value of unknown shape as a text: a string as it is, anything else as JSON, and nothing as the empty text.
 * Unlike `String`, it never calls what a user's object may hold under `toString`, so it cannot throw for JSON.
 */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
