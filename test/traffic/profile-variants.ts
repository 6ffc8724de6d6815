import { parse } from 'yaml';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';

/** The built-in profile’s specification, changed. */
export const profileSpec = (change: Partial<EnvoyProfile['spec']> = {}): EnvoyProfile['spec'] => ({
  ...(parse(ENVOY_PROFILE) as EnvoyProfile).spec,
  ...change,
});

/** Every combination of what changes Envoy’s configuration. */
export const PROFILE_VARIANTS: readonly Partial<EnvoyProfile['spec']>[] = (['DualStack', 'IPv4'] as const).flatMap(
  (ipFamilies) => [
    { ipFamilies, features: ['Observability' as const] },
    { ipFamilies, features: [] },
  ],
);
