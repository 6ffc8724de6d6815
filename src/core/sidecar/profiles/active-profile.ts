import type { SidecarProfile } from '../../api/sidecar-profile.ts';
import { canonicalJson, digest } from '../../json/canonical.ts';
import { pointer } from '../../json/pointer.ts';
import { rawJson } from '../../json/raw.ts';
import { quantityValue } from '../../kubernetes/quantity.ts';
import type { Problem } from '../../problem/problem.ts';
import { quoted } from '../../problem/quoted.ts';
import { renderBootstrap } from '../../xds/bootstrap.ts';
import { yamlText } from '../../xds/yaml-text.ts';
import { redirectRules } from '../redirect-rules.ts';
import type { Settings } from '../settings.ts';
import { parseAddressBlocks, parsePortRanges } from '../traffic-exclusions.ts';

/** A profile made ready: what does not depend on the pod is rendered once, when the profile is loaded. */
export interface ActiveProfile {
  readonly name: string;
  readonly spec: SidecarProfile['spec'];
  readonly revision: string;
  readonly defaults: Settings;
  /** The redirect rules of a pod that changes no setting. */
  readonly redirectRules: string;
  /** Envoy’s configuration as it stands in the annotation. */
  readonly envoyConfig: string;
  /** The same as a JSON string: escaping it for every patch would take longer than writing all the rest. */
  readonly escapedEnvoyConfig: object;
  readonly envoyConfigBytes: number;
}

export function activateProfile(profile: SidecarProfile): ActiveProfile {
  const { spec } = profile;
  const { requests, limits } = spec.sidecar.resources;
  const envoyConfig = yamlText(renderBootstrap(spec));
  const defaults: Settings = {
    logLevel: spec.sidecar.logLevel,
    requestCpu: requests.cpu,
    requestMemory: requests.memory,
    limitCpu: limits.cpu,
    limitMemory: limits.memory,
    excludeInboundPorts: parsePortRanges(spec.exclude.inboundPorts.join(',')) ?? [],
    excludeOutboundPorts: parsePortRanges(spec.exclude.outboundPorts.join(',')) ?? [],
    excludeOutboundCidrs: parseAddressBlocks(spec.exclude.outboundCidrs.join(',')) ?? [],
  };
  return {
    name: profile.metadata.name,
    spec,
    revision: digest(canonicalJson(profile)),
    defaults,
    redirectRules: rulesOf(defaults, spec.ipFamilies),
    envoyConfig,
    escapedEnvoyConfig: rawJson(JSON.stringify(envoyConfig)),
    envoyConfigBytes: Buffer.byteLength(envoyConfig),
  };
}

/** The redirect rules under these settings. */
export const rulesOf = (settings: Settings, ipFamilies: SidecarProfile['spec']['ipFamilies']): string =>
  redirectRules(
    {
      inboundPorts: settings.excludeInboundPorts,
      outboundPorts: settings.excludeOutboundPorts,
      outboundCidrs: settings.excludeOutboundCidrs,
    },
    ipFamilies,
  );

/** What the schema of a profile cannot express: amounts that are no quantities, blocks that are no addresses. */
export function profileProblems({ spec }: SidecarProfile): readonly Problem[] {
  const amounts = (['sidecar', 'redirect'] as const).flatMap((part) =>
    (['requests', 'limits'] as const).flatMap((bound) =>
      Object.entries(spec[part].resources[bound])
        .filter(([, amount]) => quantityValue(amount) === undefined)
        .map(([resource, amount]) => ({
          path: pointer('spec', part, 'resources', bound, resource),
          message: `is ${quoted(amount)}; accepted: a quantity, such as 100m or 128Mi`,
        })),
    ),
  );
  const blocks = spec.exclude.outboundCidrs.flatMap((block, index) =>
    parseAddressBlocks(block)?.length === 1
      ? []
      : [
          {
            path: `/spec/exclude/outboundCidrs/${index}`,
            message: `is ${quoted(block)}; accepted: a block of addresses, such as 10.0.0.0/8`,
          },
        ],
  );
  return [...amounts, ...blocks];
}
