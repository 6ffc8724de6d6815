/** Where a figure is from: a measurement of ours, something that was read, or nothing but an assumption. */
export interface Basis {
  readonly kind: 'measured' | 'from' | 'assumed';
  /** Which run, which source, or what is assumed. */
  readonly of: string;
}

export const measured = (of: string): Basis => ({ kind: 'measured', of });
export const from = (of: string): Basis => ({ kind: 'from', of });
export const assumed = (of: string): Basis => ({ kind: 'assumed', of });

/** The basis of what is made of several figures: an assumption in one of them makes the whole one. */
export const weakest = (...bases: readonly [Basis, ...Basis[]]): Basis => {
  const [first] = (['assumed', 'from', 'measured'] as const).flatMap((kind) =>
    bases.filter((basis) => basis.kind === kind),
  );
  return first ?? bases[0];
};
