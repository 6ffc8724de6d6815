import type { EnvoyMessage } from './types.ts';

// the finest that Envoy knows
const OF = { denominator: 'MILLION', perCent: 10_000 };

/** Per cent as Envoy’s fraction. */
export const share = (percent: number): EnvoyMessage => ({
  numerator: Math.round(percent * OF.perCent),
  denominator: OF.denominator,
});
