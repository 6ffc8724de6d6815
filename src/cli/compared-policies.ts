import { isoDay } from '../core/json/iso-time.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { BUILT_IN } from '../core/policy/built-in-sources.ts';
import type { WholePolicy } from '../core/policy/policy-difference.ts';
import { wholePolicyOf } from '../core/policy/whole-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import type { PolicyFlags, PolicyReading } from './policy-sources.ts';
import { readSource } from './read-source.ts';
import { usage } from './webhook-address.ts';

/** The flags by which a command that compares policies is told which. */
export interface ComparedFlags extends PolicyFlags {
  /** Files with the policy to compare with, and its profiles. */
  readonly against?: string[];
}

/**
 * The policy that is tried out. One in mode Shadow is taken as if it decided already.
 * @param base what the files hide: the profiles that they may name
 * @throws Fault PIL001, PIL002 with every problem of the files, PIL003
 */
export async function policyOnTrial(
  flags: ComparedFlags,
  environment: PolicyReading,
  base = BUILT_IN,
): Promise<ActivePolicy> {
  const { policy = [], profile = [], ownNamespace } = flags;
  if (policy.length === 0) throw usage('no policy is named; give --policy FILE with the new one');
  return (await wholePolicyIn([...profile, ...policy], ownNamespace, environment, base)).policy;
}

/**
 * The policy to compare with: that of `--against`, else the built-in one.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function policyAgainst(
  { against = [], ownNamespace }: ComparedFlags,
  environment: PolicyReading,
): Promise<ActivePolicy> {
  return (await wholePolicyIn(against, ownNamespace, environment)).policy;
}

/**
 * The one policy in files, with its profiles; the built-in one where they hold profiles alone. One in mode Shadow that stands alone
 * counts as if it decided.
 * @throws Fault PIL001, PIL002 with every problem of the files, PIL003
 */
export async function wholePolicyIn(
  files: readonly string[],
  ownNamespace: string,
  environment: PolicyReading,
  base = BUILT_IN,
): Promise<WholePolicy> {
  const sources = await Promise.all([...new Set(files)].map((file) => readSource(file, environment)));
  const whole = wholePolicyOf(sources, base, { ownNamespace, today: isoDay(environment.now()) });
  if ('problems' in whole) throw new Fault('PIL002', whole.problems);
  if ('policy' in whole) return whole;
  throw usage(`${files.join(', ')} hold several policies (${whole.several.join(', ')}); name files with one of them`);
}
