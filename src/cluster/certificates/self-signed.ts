import type { CertificatePair } from './certificate-source.ts';
import { issueAuthority, type LeafRequest, signLeaf } from './issue.ts';

export interface SelfSignedOptions extends Omit<LeafRequest, 'lifetimeMs'> {
  /** How long both are valid, in days. */
  readonly days?: number;
}

/** A certificate authority of its own and a serving pair it has signed. */
export interface SelfSigned {
  /** PEM; what `caBundle` of a webhook configuration, or a client, has to trust. */
  readonly authority: string;
  readonly pair: CertificatePair;
}

const DAY_MS = 86_400_000;
// short enough that a lost key hardly matters, long enough to survive a long weekend without renewal
const LEAF_DAYS = 7;

/**
 * Issues a fresh authority and a serving pair for `names`. The authority's key is thrown away: nothing else can ever be signed
 * with it.
 */
export async function issueSelfSigned({ names, now, days = LEAF_DAYS }: SelfSignedOptions): Promise<SelfSigned> {
  const lifetimeMs = days * DAY_MS;
  const authority = await issueAuthority({ commonName: 'pillion self-signed authority', now, lifetimeMs });
  return { authority: authority.certificate, pair: await signLeaf(authority, { names, now, lifetimeMs }) };
}
