/** A leaf as far as its renewal depends on it; times are the API server's, in milliseconds since the epoch. */
export interface ServedLeaf {
  /** PEM certificate of the authority that signed it. */
  readonly issuer: string;
  readonly notBeforeMs: number;
  /** From then on it is to be signed anew. */
  readonly renewAtMs: number;
}

/** What the judgement depends on beside the leaf. */
export interface LeafCircumstances {
  readonly nowMs: number;
  /** PEM certificate of the authority that signs. */
  readonly authority: string;
  /** Whether every registered webhook has trusted that authority for long enough. */
  readonly authoritySettled: boolean;
  /** PEM certificates of all authorities that are trusted. */
  readonly trusted: readonly string[];
}

/**
 * Whether a leaf has to be signed now. One whose authority has been replaced is served on until the API server trusts the new
 * authority, as long as it is trusted itself: changing earlier would have calls refused.
 */
export function mustSignLeaf(leaf: ServedLeaf | undefined, circumstances: LeafCircumstances): boolean {
  const { nowMs, authority, authoritySettled, trusted } = circumstances;
  if (leaf === undefined || !trusted.includes(leaf.issuer)) return true;
  // the API server's clock can be put back as well
  if (leaf.renewAtMs <= nowMs || leaf.notBeforeMs > nowMs) return true;
  return leaf.issuer !== authority && authoritySettled;
}

/**
 * When a leaf that is signed now is signed anew: after two thirds of its life, and up to a tenth of it earlier, so that the replicas
 * do not renew together.
 * @param random from 0 up to 1
 */
export const renewalOf = (nowMs: number, notAfterMs: number, random: number): number =>
  nowMs + (notAfterMs - nowMs) * (2 / 3 - random / 10);
