/** How bad it is: a problem keeps the installation from doing its work, a warning may become one or could not be looked at. */
export type Grade = 'ok' | 'warning' | 'problem';

/** What a check of an installation found. */
export interface Finding {
  readonly grade: Grade;
  /** A sentence without its full stop. */
  readonly says: string;
  /** The command to run next, with each problem. */
  readonly next?: string;
}

/** A finding with the name of its check. */
export interface Examined extends Finding {
  readonly check: string;
}

export const ok = (says: string): Finding => ({ grade: 'ok', says });
export const warning = (says: string, next?: string): Finding => ({ grade: 'warning', says, ...(next && { next }) });
export const problem = (says: string, next: string): Finding => ({ grade: 'problem', says, next });

/** The first few of many names. */
export function someOf(names: readonly string[], few = 3): string {
  const more = names.length - few;
  return `${names.slice(0, few).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
