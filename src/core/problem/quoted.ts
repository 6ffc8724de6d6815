const MOST_CHARACTERS = 63;

/** A text of a user in quotation marks, escaped, and cut to the length of the longest label value. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text);
