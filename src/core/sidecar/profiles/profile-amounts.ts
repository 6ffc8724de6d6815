import { pointer } from '../../json/pointer.ts';
import { exceeds, quantityValue } from '../../kubernetes/quantity.ts';
import type { Problem } from '../../problem/problem.ts';
import { quoted } from '../../problem/quoted.ts';

/** The amounts of a container as a profile has them. */
interface Amounts {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/**
 * Amounts that are no quantities.
 * @param at the way to the amounts in the profile
 */
export const quantityProblems = (amounts: Amounts, ...at: readonly string[]): Problem[] =>
  (['requests', 'limits'] as const).flatMap((bound) =>
    Object.entries(amounts[bound])
      .filter(([, amount]) => quantityValue(amount) === undefined)
      .map(([resource, amount]) => ({
        path: pointer(...at, bound, resource),
        message: `is ${quoted(amount)}; accepted: a quantity, such as 100m or 128Mi`,
      })),
  );

/** Requests above their limits. */
export const excessProblems = ({ requests, limits }: Amounts, ...at: readonly string[]): Problem[] =>
  Object.entries(requests).flatMap(([resource, asked]) => {
    const most = Object.hasOwn(limits, resource) ? limits[resource] : undefined;
    if (most === undefined || !exceeds(asked, most)) return [];
    return [
      {
        path: pointer(...at, 'requests', resource),
        message: `is ${quoted(asked)}, above the limit ${quoted(most)}; raise the limit or ask for less`,
      },
    ];
  });
