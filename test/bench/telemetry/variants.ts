import type { EnvoyProfile } from '../../../src/core/api/envoy-profile.ts';
import { renderBootstrap } from '../../../src/core/xds/bootstrap.ts';
import { yamlText } from '../../../src/core/xds/yaml-text.ts';
import { profileSpec } from '../../traffic/profile-variants.ts';
import { CLIENT } from '../sidecar/pods.ts';

type Telemetry = EnvoyProfile['spec']['telemetry'];

const { tracing, accessLog } = profileSpec().telemetry;
const untold: Telemetry = { tracing, accessLog: { ...accessLog, mode: 'Off' } };

/** What a sidecar may be told to tell, each by itself. */
const TELEMETRY = {
  nothing: untold,
  json: { tracing, accessLog: { ...accessLog, mode: 'All', format: 'Json' } },
  gelf: { tracing, accessLog: { ...accessLog, mode: 'All', format: 'Gelf' } },
  traced: { ...untold, tracing: { ...tracing, samplingPercent: 100, collector: `${CLIENT.ipv4}:4317` } },
} satisfies Readonly<Record<string, Telemetry>>;

export type Variant = keyof typeof TELEMETRY;
export const VARIANTS = Object.keys(TELEMETRY) as Variant[];

/** The configuration of a sidecar that does so. */
export const configOf = (variant: Variant): string =>
  yamlText(renderBootstrap(profileSpec({ telemetry: TELEMETRY[variant] })));
