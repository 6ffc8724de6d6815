import { parse } from 'yaml';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';

/** The built-in profile’s specification, changed. */
export const profileSpec = (change: Partial<EnvoyProfile['spec']> = {}): EnvoyProfile['spec'] => ({
  ...(parse(ENVOY_PROFILE) as EnvoyProfile).spec,
  ...change,
});

const { tracing, accessLog } = profileSpec().telemetry;

/** What else can be told about traffic. */
const TELEMETRY: readonly EnvoyProfile['spec']['telemetry'][] = [
  ...(['W3C', 'W3CAndB3'] as const).map((propagation) => ({
    tracing: { ...tracing, collector: 'collector.tools:4317', propagation },
    accessLog,
  })),
  { tracing, accessLog: { ...accessLog, mode: 'Off' } },
  { tracing, accessLog: { ...accessLog, mode: 'All', includeQuery: true } },
  { tracing, accessLog: { ...accessLog, format: 'Gelf' } },
];

/** Every combination of what changes Envoy’s configuration. */
export const PROFILE_VARIANTS: readonly Partial<EnvoyProfile['spec']>[] = (['DualStack', 'IPv4'] as const).flatMap(
  (ipFamilies) => [
    { ipFamilies, features: ['Observability' as const] },
    { ipFamilies, features: [] },
    ...TELEMETRY.map((telemetry) => ({ ipFamilies, telemetry })),
  ],
);
