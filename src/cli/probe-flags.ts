import { InvalidArgumentError } from 'commander';
import { isNamespaceName } from '../cluster/read-namespace.ts';
import { parseDependsOn } from '../core/traffic/depends-on.ts';
import type { ProbePlan } from '../core/verification/probe-plan.ts';
import { usage } from './webhook-address.ts';

/** A path of a URL with its query, as it goes into a request: no blank, no control character, no fragment. */
const PATH = /^\/[!-"$-~]{0,999}$/;

/** Takes the argument of `--path`. */
export function requestPath(text: string): string {
  if (PATH.test(text)) return text;
  throw new InvalidArgumentError('Give a path of at most 1000 signs that begins with / and has no blank and no #.');
}

/** Takes the name of a namespace. */
export function namespaceName(text: string): string {
  if (isNamespaceName(text)) return text;
  throw new InvalidArgumentError('Give the name of a namespace, such as shop.');
}

/** Takes a whole number. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };

/**
 * The Service that a text names.
 * @throws Fault PIL003
 */
export function serviceReference(
  text: string,
  namespace: string,
): { readonly namespace: string; readonly name: string } {
  const [reference, ...more] = parseDependsOn(text) ?? [];
  if (reference === undefined || more.length > 0)
    throw usage(`${JSON.stringify(text)} names no Service; accepted: NAME, or NAMESPACE/NAME`);
  const [name = '', other = namespace] = reference.split('/').reverse();
  return { namespace: other, name };
}

/**
 * The load of the flags.
 * @throws Fault PIL003 when they contradict each other
 */
export function probePlan({ method, path, requests, concurrency, seconds }: ProbePlan): ProbePlan {
  if (concurrency > requests)
    throw usage(
      `--concurrency ${concurrency} is more than --requests ${requests}: so many are never under way; give --requests ${concurrency} or more`,
    );
  return { method, path, requests, concurrency, seconds };
}
