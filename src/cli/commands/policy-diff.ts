import { readHistory } from '../../cluster/policy-objects/history.ts';
import { changeLine } from '../../core/policy/field-change-text.ts';
import { objectsLoader } from '../../core/policy/objects-loader.ts';
import { policyDifference, type SettingDifference, type WholePolicy } from '../../core/policy/policy-difference.ts';
import { printable } from '../../core/problem/printable.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { wholePolicyIn } from '../compared-policies.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface PolicyDiffFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

/**
 * `pillion policy diff A B`: which settings two policies and their profiles have otherwise, with what was left out.
 * @param before a file, or the number of a revision in the history of the cluster
 * @returns 0 when they are equal, else 1
 * @throws Fault PIL001, PIL002 with every problem of the files, PIL003 for a revision that is not kept, PIL006
 */
export async function diffPolicies(
  before: string,
  after: string,
  flags: PolicyDiffFlags,
  environment: Environment,
): Promise<number> {
  const { ownNamespace, output } = flags;
  const kept = [before, after].some(isRevision) ? await earlierPolicies(flags, environment) : new Map();
  const wholeOf = (side: string): Promise<WholePolicy> | WholePolicy => {
    if (!isRevision(side)) return wholePolicyIn([side], ownNamespace, environment);
    const policy: WholePolicy | undefined = kept.get(Number(side));
    if (policy !== undefined) return policy;
    const known = [...kept.keys()].join(', ') || 'none';
    throw usage(`revision ${side} is not in the history; kept are: ${known}`);
  };
  const found = policyDifference(await wholeOf(before), await wholeOf(after));
  if (output !== 'human') environment.stdout(structured(found, output));
  else environment.stdout(found.length === 0 ? 'no setting differs\n' : `${textOf(found)}\n`);
  return found.length === 0 ? 0 : 1;
}

const isRevision = (side: string): boolean => /^[1-9][0-9]*$/.test(side);

/** By their numbers; one that this version would refuse is left out. */
async function earlierPolicies(
  flags: PolicyDiffFlags,
  { now }: Environment,
): Promise<ReadonlyMap<number, WholePolicy>> {
  const place = { namespace: flags.ownNamespace, installation: flags.installedAs };
  const entries = await withCluster(flags, (transport) => readHistory(transport, place));
  const load = objectsLoader(flags.ownNamespace, now);
  return new Map(
    entries.flatMap(({ revision, objects }): [number, WholePolicy][] => {
      const loaded = load(objects);
      return 'active' in loaded ? [[revision, { policy: loaded.active, profiles: loaded.profiles }]] : [];
    }),
  );
}

/** The same form as that in which `policy rollback` says what changes. */
function textOf(found: readonly SettingDifference[]): string {
  const objects = [...new Set(found.map(({ object }) => object))];
  return objects
    .flatMap((object) => [printable(object), ...found.filter((one) => one.object === object).map(lineOf)])
    .join('\n');
}

function lineOf(difference: SettingDifference): string {
  if (difference.path !== '') return `  ${changeLine(difference)}`;
  return `  is ${difference.after === undefined ? 'no longer' : 'now'} named by the policy`;
}
