import type { AuthorityCertificate, SigningAuthority } from '../../../src/core/certificates/authority.ts';
import type { StandingAuthorities } from '../../../src/core/certificates/next-step.ts';

export const DAY_MS = 86_400_000;
export const NOW_MS = Date.parse('2026-11-24T12:00:00Z');

/** A certificate by its name, valid for so many days more. */
export const certificate = (name: string, daysLeft = 300): AuthorityCertificate => ({
  pem: `${name}\n`,
  notBeforeMs: NOW_MS - DAY_MS,
  notAfterMs: NOW_MS + daysLeft * DAY_MS,
});

/** An authority by its name that can sign. */
export const signing = (name: string, daysLeft?: number): SigningAuthority => ({
  certificate: certificate(name, daysLeft),
  key: `key of ${name}`,
});

/** What a Secret holds in which nothing is to be done, but for what is given. */
export const standing = (parts: Partial<StandingAuthorities> = {}): StandingAuthorities => ({
  current: signing('current'),
  next: undefined,
  previous: [],
  previousUntilMs: undefined,
  keyless: [],
  faults: [],
  bundleStands: true,
  rotationAsked: false,
  ...parts,
});
