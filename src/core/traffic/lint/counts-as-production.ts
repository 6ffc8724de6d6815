import type { Judged } from './rule.ts';

/** Whether values count as those of production: also when they do not say where they hold. */
export const countsAsProduction = ({ values: { environment } }: Judged): boolean =>
  environment === undefined || environment === 'production';
