import { parse } from 'yaml';
import type { SidecarProfile } from '../../src/core/api/sidecar-profile.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy.generated.ts';

/** The built-in profile’s specification, changed. */
export const profileSpec = (change: Partial<SidecarProfile['spec']> = {}): SidecarProfile['spec'] => ({
  ...(parse(ENVOY_PROFILE) as SidecarProfile).spec,
  ...change,
});

/** Every combination of what changes Envoy’s configuration. */
export const PROFILE_VARIANTS: readonly Partial<SidecarProfile['spec']>[] = (['DualStack', 'IPv4'] as const).flatMap(
  (ipFamilies) => [
    { ipFamilies, features: ['Observability' as const] },
    { ipFamilies, features: [] },
  ],
);
