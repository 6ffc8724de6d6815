/** Where a figure is from: a measurement of ours, something that was read, or nothing but an assumption. */
export interface Basis {
  readonly kind: 'measured' | 'from' | 'assumed';
  /** Which run, which source, or what is assumed. */
  readonly of: string;
}

export const measured = (of: string): Basis => ({ kind: 'measured', of });
export const from = (of: string): Basis => ({ kind: 'from', of });
export const assumed = (of: string): Basis => ({ kind: 'assumed', of });

/** The basis of what is made of several figures: it is no better than the weakest of them, and tells all that are as weak. */
export function weakest(...bases: readonly Basis[]): Basis {
  const kind = (['assumed', 'from', 'measured'] as const).find((one) => bases.some((basis) => basis.kind === one));
  const same = bases.filter((basis) => basis.kind === kind);
  return { kind: kind ?? 'assumed', of: [...new Set(same.map(({ of }) => of))].join('; ') };
}
