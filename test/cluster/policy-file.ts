import { parse, stringify } from 'yaml';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import type { InjectionPolicy } from '../../src/core/api/injection-policy.ts';
import type { RolloutStage } from '../../src/core/api/rollout-plan.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';

/** What a file for `--policy` changes about the built-in policy and its profile. */
export interface PolicyChange {
  readonly optIn?: Partial<InjectionPolicy['spec']['optIn']>;
  readonly spec?: Partial<Omit<InjectionPolicy['spec'], 'optIn' | 'overrides'>> & {
    readonly overrides?: Partial<InjectionPolicy['spec']['overrides']>;
  };
  readonly profile?: Partial<EnvoyProfile['spec']>;
  /** What a profile named `istio`, of that kind, says; left out, the file has none. */
  readonly istio?: Readonly<Record<string, unknown>>;
  /** The stages of a RolloutPlan beside it; left out, the file has none. */
  readonly stages?: readonly RolloutStage[];
  /** More profiles of the built-in one’s kind, by their names. */
  readonly more?: Readonly<Record<string, Partial<EnvoyProfile['spec']>>>;
}

/** The built-in policy and profile with changes, as the text of a file for `--policy`. */
export function policyFile({ optIn = {}, spec = {}, profile = {}, istio, stages, more = {} }: PolicyChange): string {
  const policyObject = parse(DEFAULT_POLICY) as InjectionPolicy;
  const profileObject = parse(ENVOY_PROFILE) as EnvoyProfile;
  const changed = [
    { ...profileObject, spec: { ...profileObject.spec, ...profile } },
    ...Object.entries(more).map(([name, own]) => ({
      ...profileObject,
      metadata: { name },
      spec: { ...profileObject.spec, ...own },
    })),
    ...(istio === undefined
      ? []
      : [{ ...profileObject, metadata: { name: 'istio' }, spec: { kind: 'Istio', ...istio } }]),
    ...(stages === undefined
      ? []
      : [{ ...policyObject, kind: 'RolloutPlan', metadata: { name: 'default' }, spec: { stages: [...stages] } }]),
    { ...policyObject, spec: { ...policyObject.spec, ...spec, optIn: { ...policyObject.spec.optIn, ...optIn } } },
  ];
  return changed.map((object) => stringify(object)).join('---\n');
}
