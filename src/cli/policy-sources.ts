import type { PolicyFromFiles } from '../cluster/policy-files.ts';
import type { PolicyInObjects } from '../cluster/policy-objects/followed-objects.ts';
import type { SidecarProfile } from '../core/api/sidecar-profile.ts';
import { isoDay } from '../core/json/iso-time.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { BUILT_IN } from '../core/policy/built-in-sources.ts';
import { loadPolicy, type Source } from '../core/policy/load.ts';
import { objectsLoader } from '../core/policy/objects-loader.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';
import { usage } from './webhook-address.ts';

/** The flags by which every command is told which policy counts. */
export interface PolicyFlags {
  readonly policy?: string[];
  readonly profile?: string[];
  readonly ownNamespace: string;
}

const STDIN = '-';

/** How policies come in, and on which day. */
export type PolicyReading = Pick<Environment, 'readFile' | 'readStdin' | 'now'>;

/**
 * The policy that counts under these flags.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function activePolicy(flags: PolicyFlags, environment: PolicyReading): Promise<ActivePolicy> {
  return (await policyFromFiles(flags, environment)).active;
}

/**
 * The same, with what it takes to follow its files. A text from stdin is read once and stays as it is.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function policyFromFiles(
  flags: PolicyFlags,
  environment: PolicyReading,
): Promise<PolicyFromFiles & { readonly profiles: readonly SidecarProfile[] }> {
  const named = [
    ...(flags.profile ?? []).map((file) => ({ file, expected: 'SidecarProfile' as const })),
    ...(flags.policy ?? []).map((file) => ({ file, expected: 'InjectionPolicy' as const })),
  ];
  let stdin: Source | undefined;
  const readOne = async (file: string): Promise<Source> => {
    if (file !== STDIN) return await readSource(file, environment);
    stdin ??= await readSource(STDIN, environment);
    return stdin;
  };
  const read = async () => [
    ...BUILT_IN,
    ...(await Promise.all(named.map(async ({ file, expected }) => ({ ...(await readOne(file)), expected })))),
  ];
  const { ownNamespace } = flags;
  const today = () => isoDay(environment.now());
  const load = (sources: readonly Source[]) => loadPolicy(sources, { ownNamespace, today: today() });
  const sources = await read();
  const loaded = load(sources);
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  const files = [...new Set(named.map(({ file }) => file).filter((file) => file !== STDIN))];
  const { active, shadows, profiles } = loaded;
  return { active, shadows, profiles, sources, files, read, load, today };
}

/**
 * The policy as objects of the cluster; nothing is read yet.
 * @throws Fault PIL003 when files are named as well
 */
export function policyInObjects(
  flags: PolicyFlags & { readonly installedAs?: string },
  { now }: Pick<Environment, 'now'>,
): PolicyInObjects {
  const { policy, profile, ownNamespace, installedAs = 'pillion' } = flags;
  if (policy !== undefined || profile !== undefined)
    throw usage('give either --policy-objects or --policy and --profile: one of them would have no effect');
  return {
    history: { namespace: ownNamespace, installation: installedAs },
    load: objectsLoader(ownNamespace, now),
    today: () => isoDay(now()),
  };
}
