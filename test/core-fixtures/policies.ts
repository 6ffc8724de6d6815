import { parse } from 'yaml';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import type { InjectionPolicy } from '../../src/core/api/injection-policy.ts';
import type { RolloutStage } from '../../src/core/api/rollout-plan.ts';
import type { ActivePolicy, Circumstances } from '../../src/core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { KNOWN_ANNOTATIONS } from '../../src/core/sidecar/profiles/known-annotations.ts';

type PolicySpec = InjectionPolicy['spec'];
type ProfileSpec = EnvoyProfile['spec'];

/** What differs from the built-in policy and its profile. */
export interface PolicyChanges {
  readonly name?: string;
  readonly optIn?: Partial<PolicySpec['optIn']>;
  readonly spec?: Partial<Omit<PolicySpec, 'optIn' | 'overrides'>> & {
    readonly overrides?: Partial<PolicySpec['overrides']>;
  };
  readonly profile?: Partial<ProfileSpec>;
  /** Profiles beside the built-in one: its spec, changed. */
  readonly otherProfiles?: Readonly<Record<string, Partial<ProfileSpec>>>;
  /** What a profile named `istio`, of that kind, says. */
  readonly istio?: Readonly<Record<string, unknown>>;
  /** The stages of a RolloutPlan beside it. */
  readonly stages?: readonly RolloutStage[];
}

/** Every annotation that a profile reads, with bounds that bound nothing. */
export const EVERY_OVERRIDE = [...KNOWN_ANNOTATIONS].map(([key, { bounds }]) => ({
  key,
  ...(bounds === 'images' && { images: ['*'] }),
  ...(bounds === 'paths' && { paths: ['/'] }),
}));

/** Where and when the policies of tests decide. */
export const CIRCUMSTANCES: Circumstances = { ownNamespace: 'pillion-system', today: '2026-11-03' };

const policy: InjectionPolicy = parse(DEFAULT_POLICY);
const envoy: EnvoyProfile = parse(ENVOY_PROFILE);

/** What the sidecar of the built-in profile is like. */
export const { sidecar: SIDECAR } = envoy.spec;

/** The built-in policy with changes, loaded as a file of a user is. */
export function policyWith({
  name = 'default',
  optIn,
  spec,
  profile,
  otherProfiles = {},
  istio = {},
  stages,
}: PolicyChanges = {}): ActivePolicy {
  const changed = {
    ...policy,
    metadata: { name },
    spec: { ...policy.spec, ...spec, optIn: { ...policy.spec.optIn, ...optIn } },
  };
  const profiles = Object.entries({ envoy: profile ?? {}, ...otherProfiles }).map(([name, change]) => ({
    ...envoy,
    metadata: { name },
    spec: { ...envoy.spec, ...change },
  }));
  const mesh = { ...envoy, metadata: { name: 'istio' }, spec: { kind: 'Istio', ...istio } };
  const plan = stages && { ...envoy, kind: 'RolloutPlan', metadata: { name: 'default' }, spec: { stages } };
  const sources = [...profiles, mesh, changed, ...(plan ? [plan] : [])].map((object) => ({
    file: object.kind,
    text: JSON.stringify(object),
  }));
  const loaded = loadPolicy(sources, CIRCUMSTANCES);
  if ('active' in loaded) return loaded.active;
  throw new Error(`a policy of a test is refused: ${JSON.stringify(loaded.problems)}`);
}

export const BUILT_IN = policyWith();
