import { type Authorities, type AuthorityCertificate, isValid, type SigningAuthority } from './authority.ts';
import type { StandingAuthorities, Step } from './next-step.ts';

/** What a step is carried out with. */
export interface StepMaterial {
  /** The API server's time. */
  readonly nowMs: number;
  /** What this process, or the API server, has trusted until now. */
  readonly trustedBefore: readonly AuthorityCertificate[];
  /** How long a leaf that was signed just now can still be served. */
  readonly leafServedMs: number;
  /** A fresh authority, for the steps that need one. */
  readonly issued?: SigningAuthority;
}

// rotations that somebody asks for again and again do not make the bundle grow without bound; every replica has signed anew by then
const PREVIOUS_AT_MOST = 4;

/** Whether carrying out this step takes a fresh authority. */
export const needsAuthority = (step: Step): boolean => step.kind === 'issue' || step.kind === 'add-next';

/** The authorities that stand when a step has been carried out. The key of an authority that no longer signs is thrown away. */
export function afterStep(step: Step, standing: StandingAuthorities | undefined, material: StepMaterial): Authorities {
  const { nowMs, issued } = material;
  const next = standing?.next && isValid(standing.next.certificate, nowMs) ? standing.next : undefined;
  const current = standing?.current;
  if (step.kind === 'issue') return replaced(given(issued), standing, material);
  if (step.kind === 'promote' || current === undefined) return replaced(given(next), standing, material);
  const { previous = [], previousUntilMs } = standing ?? {};
  if (step.kind === 'drop-previous') return { current, next, previous: [], previousUntilMs: undefined };
  const stays = { current, previous, previousUntilMs };
  return { ...stays, next: step.kind === 'add-next' ? given(issued) : next };
}

function given(authority: SigningAuthority | undefined): SigningAuthority {
  if (authority === undefined)
    throw new Error('a step lacks its authority; this is a fault of Pillion, please report it');
  return authority;
}

/** `current` takes the place of what signed; whatever may have signed a leaf that is served stays trusted. */
function replaced(
  current: SigningAuthority,
  standing: StandingAuthorities | undefined,
  { nowMs, trustedBefore, leafServedMs }: StepMaterial,
): Authorities {
  const before = [
    ...(standing?.current ? [standing.current.certificate] : []),
    ...(standing?.keyless ?? []),
    ...(standing?.previous ?? []),
    ...trustedBefore,
  ];
  const byPem = new Map(before.filter((one) => isValid(one, nowMs)).map((one) => [one.pem, one]));
  byPem.delete(current.certificate.pem);
  const previous = [...byPem.values()].slice(0, PREVIOUS_AT_MOST);
  const previousUntilMs = previous.length > 0 ? nowMs + leafServedMs : undefined;
  return { current, next: undefined, previous, previousUntilMs };
}
