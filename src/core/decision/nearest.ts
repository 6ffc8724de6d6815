import leven from 'leven';

/**
 * The candidate that a misspelt word was probably meant to be: at most two edits away, ignoring case.
 * @returns undefined when nothing is near; longer words than any candidate could be are not looked at
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 128) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: leven(word.toLowerCase(), candidate.toLowerCase(), { maxDistance: 3 }) }))
    .filter(({ candidate, edits }) => edits <= Math.min(2, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}
