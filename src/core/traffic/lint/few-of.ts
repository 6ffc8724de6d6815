/** How many of a row are told: what fits into a line that somebody reads. */
export const MOST_TOLD = 5;

/** The first of some things in words, and how many more there are. */
export function fewOf<T>(things: readonly T[], text: (thing: T) => string, between = ', '): string {
  const more = things.length - MOST_TOLD;
  const told = things.slice(0, MOST_TOLD).map(text);
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(between);
}
