/** A part of a sentence: words, or something as it stands in a pod or on a command line. */
export type Span = string | { readonly code: string };
/** A sentence, so that whoever writes it out, in whatever language of markup, tells words from what people named. */
export type Phrase = readonly Span[];

/** A sentence in which every inserted text is shown as it stands; inserted phrases and numbers are words. */
export function say(words: TemplateStringsArray, ...inserted: readonly (string | number | Phrase)[]): Phrase {
  return words.flatMap((word, index): Phrase => {
    const value = inserted[index];
    const before = word === '' ? [] : [word];
    if (value === undefined) return before;
    if (typeof value === 'number') return [...before, String(value)];
    return [...before, ...(typeof value === 'string' ? [{ code: value }] : value)];
  });
}

/** Phrases with words between them. */
export const joined = (phrases: readonly Phrase[], between = ', '): Phrase =>
  phrases.flatMap((phrase, index): Phrase => (index === 0 ? phrase : [between, ...phrase]));

/** Words alone. */
export const words = (text: string): Phrase => [text];

/** A phrase as plain text. */
export const plainText = (phrase: Phrase): string =>
  phrase.map((span) => (typeof span === 'string' ? span : span.code)).join('');

/** A list as people say it: a, b and c. */
export const listing = (items: readonly string[]): Phrase =>
  joined(
    items.map((item) => say`${item}`),
    ', ',
  );
