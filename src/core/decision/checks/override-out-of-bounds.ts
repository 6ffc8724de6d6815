import { exceeds } from '../../kubernetes/quantity.ts';
import type { Problem } from '../../problem/problem.ts';
import type { Amounts, Rendering } from '../../sidecar/rendering.ts';
import { refusedExcesses } from '../guardrails.ts';
import type { Check } from '../subject.ts';

const PAIRS: readonly (readonly [keyof Amounts, keyof Amounts, string])[] = [
  ['requestCpu', 'limitCpu', 'CPU'],
  ['requestMemory', 'limitMemory', 'memory'],
];

/**
 * Does an amount go beyond the bounds of the policy, or a request beyond its limit? The API server would refuse the latter, but
 * without a word about where it comes from.
 */
export const overrideOutOfBounds: Check<'override-out-of-bounds'> = (subject) => {
  const beyond = refusedExcesses(subject, 'value');
  const problems = [...beyond, ...contradictions(subject.rendering())];
  return problems.length === 0
    ? undefined
    : { reason: 'override-out-of-bounds', rule: beyond[0]?.rule ?? '', problems };
};

/** The requests that are above their limits, whatever the policy allows. */
export const contradictions = ({ amounts, origins }: Pick<Rendering, 'amounts' | 'origins'>): readonly Problem[] =>
  PAIRS.flatMap(([request, limit, what]) => {
    const { [request]: asked, [limit]: most } = amounts;
    if (asked === undefined || most === undefined || !exceeds(asked, most)) return [];
    const from = (setting: keyof Amounts) =>
      origins.findLast((origin) => origin.setting === setting)?.origin ?? 'profile';
    return [
      { path: '', message: `asks for ${what} ${asked} (${from(request)}), above the limit ${most} (${from(limit)})` },
    ];
  });
