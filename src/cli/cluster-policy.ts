import { policyOfObjects } from '../cluster/policy-objects/followed-objects.ts';
import { readJson } from '../cluster/read-json.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { BUILT_IN } from '../core/policy/built-in-sources.ts';
import type { Source } from '../core/policy/load.ts';
import { objectsLoader } from '../core/policy/objects-loader.ts';
import type { Environment } from './environment.ts';
import type { PolicyFlags } from './policy-sources.ts';

/** What the objects of a cluster say. */
export interface ClusterPolicy {
  readonly active: ActivePolicy;
  readonly shadows: readonly ActivePolicy[];
  /** The profiles that a policy of this cluster may name, its plan, and the built-in policy; a user’s own hide them. */
  readonly base: readonly Source[];
}

/**
 * The policy that a server with `--policy-objects` decides by. Where our kinds of objects are not served there is none.
 * @throws Fault PIL002 when the objects make up none and none is in their history; ApiError, ClusterUnreachable, TimeoutError
 */
export async function policyOfCluster(
  transport: KubeTransport,
  { ownNamespace, installedAs = 'pillion' }: PolicyFlags & { readonly installedAs?: string },
  { now }: Pick<Environment, 'now'>,
): Promise<ClusterPolicy | undefined> {
  if ((await readJson(transport, '/apis/pillion.io/v1alpha1')) === undefined) return undefined;
  const history = { namespace: ownNamespace, installation: installedAs };
  const at = { history, load: objectsLoader(ownNamespace, now), today: () => '' };
  const { active, shadows, sources } = await policyOfObjects(at, transport);
  const profiles = sources.filter(({ kind }) => kind !== 'InjectionPolicy');
  return { active, shadows, base: [...BUILT_IN, ...profiles.map((source): Source => ({ ...source, builtIn: true }))] };
}
