import type { PolicyInConfigMap } from '../cluster/policy-config-map.ts';
import type { PolicyFromFiles } from '../cluster/policy-files.ts';
import type { SidecarProfile } from '../core/api/sidecar-profile.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../core/policy/default-policy.generated.ts';
import { loadPolicy, type Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { ENVOY_PROFILE } from '../core/sidecar/profiles/envoy/envoy.generated.ts';
import { ISTIO_PROFILE } from '../core/sidecar/profiles/istio/istio.generated.ts';
import { type Reading, readSource } from './read-source.ts';
import { usage } from './webhook-address.ts';

/** The flags by which every command is told which policy counts. */
export interface PolicyFlags {
  readonly policy?: string[];
  readonly profile?: string[];
  readonly ownNamespace: string;
}

/** The policy and the profiles that Pillion brings. */
export const BUILT_IN: readonly Source[] = [
  { file: 'built-in profile envoy', text: ENVOY_PROFILE, builtIn: true },
  { file: 'built-in profile istio', text: ISTIO_PROFILE, builtIn: true },
  { file: 'built-in policy default', text: DEFAULT_POLICY, builtIn: true },
];

const STDIN = '-';

/**
 * The policy that counts under these flags.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function activePolicy(flags: PolicyFlags, environment: Reading): Promise<ActivePolicy> {
  return (await policyFromFiles(flags, environment)).active;
}

/**
 * The same, with what it takes to follow its files. A text from stdin is read once and stays as it is.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function policyFromFiles(
  flags: PolicyFlags,
  environment: Reading,
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
  const load = (sources: readonly Source[]) => loadPolicy(sources, flags.ownNamespace);
  const sources = await read();
  const loaded = load(sources);
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  const files = [...new Set(named.map(({ file }) => file).filter((file) => file !== STDIN))];
  return { active: loaded.active, profiles: loaded.profiles, sources, files, read, load };
}

/**
 * The policy in a ConfigMap of the own namespace; nothing is read yet.
 * @throws Fault PIL003 when files are named as well
 */
export function policyInConfigMap(flags: PolicyFlags & { readonly policyConfigMap?: string }): PolicyInConfigMap {
  const { policy, profile, ownNamespace, policyConfigMap = '' } = flags;
  if (policy !== undefined || profile !== undefined)
    throw usage('give either --policy-config-map or --policy and --profile: one of them would have no effect');
  return {
    configMap: { namespace: ownNamespace, name: policyConfigMap },
    builtIn: BUILT_IN,
    load: (sources) => loadPolicy(sources, ownNamespace),
  };
}
