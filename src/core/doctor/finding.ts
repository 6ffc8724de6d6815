import type { CheckCode, Group } from './catalogue.ts';

/**
 * How bad it is: a problem keeps the installation from doing its work, a warning may become one or could not be looked at for want of a
 * right. Skipped is what cannot be looked at from here, or before something else is mended that another check tells.
 */
export const GRADES = ['problem', 'warning', 'skipped', 'ok'] as const;
export type Grade = (typeof GRADES)[number];

/** What a check of an installation found. */
export interface Finding {
  readonly grade: Grade;
  /** A sentence without its full stop. */
  readonly says: string;
  /** The command to run next, with each problem. */
  readonly next?: string;
}

/** A finding with its check. */
export interface Examined extends Finding {
  readonly code: CheckCode;
  /** The name of the check. */
  readonly check: string;
  readonly group: Group;
}

export const ok = (says: string): Finding => ({ grade: 'ok', says });
export const skipped = (why: string): Finding => ({ grade: 'skipped', says: `cannot look: ${why}` });
export const warning = (says: string, next?: string): Finding => ({ grade: 'warning', says, ...(next && { next }) });
export const problem = (says: string, next: string): Finding => ({ grade: 'problem', says, next });

/** What was found; when that is nothing, that all is well. */
export const orOk = (found: readonly Finding[], says: string): readonly Finding[] =>
  found.length === 0 ? [ok(says)] : found;

/** The first few of many names. */
export function someOf(names: readonly string[], few = 3): string {
  const more = names.length - few;
  return `${names.slice(0, few).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
