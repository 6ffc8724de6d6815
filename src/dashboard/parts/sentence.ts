/** What the core says as the end of a sentence, such as `it asks for a sidecar`, as a whole one. */
export function sentence(text: string): string {
  const whole = capital(text);
  return /[\w%)]$/.test(whole) ? `${whole}.` : whole;
}

/** With a capital at the beginning. */
export const capital = (text: string): string => text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
