import { LOG_LEVELS } from '../../../api/envoy-profile.ts';
import type { Resources } from '../../../api/profile-building-blocks.ts';
import { pointer } from '../../../json/pointer.ts';
import { annotationsOf, ownValue, type Pod } from '../../../kubernetes/pod.ts';
import { quantityValue } from '../../../kubernetes/quantity.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { DEPENDS_ON_ANNOTATION, MOST_DEPENDENCIES, parseDependsOn } from '../../../traffic/depends-on.ts';
import type { AnnotationRule } from '../../annotation-rule.ts';
import type { Amounts, SettingOrigin } from '../../rendering.ts';
import {
  type AddressBlock,
  MAX_ENTRIES,
  type PortRange,
  parseAddressBlocks,
  parsePortRanges,
} from './traffic-exclusions.ts';

/** What a pod may set about its own sidecar. */
export interface Settings extends Amounts {
  readonly logLevel: string;
  readonly excludeInboundPorts: readonly PortRange[];
  readonly excludeOutboundPorts: readonly PortRange[];
  readonly excludeOutboundCidrs: readonly AddressBlock[];
  /** Services that it calls, as `inventory` or `pricing/quotes`. */
  readonly dependsOn: readonly string[];
}

interface ReadableRule extends AnnotationRule {
  readonly setting: keyof Settings;
  /** @returns the setting that the text makes; undefined when it is not accepted */
  read(text: string): Partial<Settings> | undefined;
}

function rule<K extends keyof Settings>(
  setting: K,
  accepted: string,
  parse: (text: string) => Settings[K] | undefined,
): ReadableRule {
  const read = (text: string) => {
    const value = parse(text);
    return value === undefined ? undefined : { [setting]: value };
  };
  const isAmount = accepted === CPU || accepted === MEMORY;
  return { setting, accepted, bounds: isAmount ? 'amount' : 'values', read };
}

const level = (text: string): string | undefined => LOG_LEVELS.find((known) => known === text);
const quantity = (text: string): string | undefined => (quantityValue(text) === undefined ? undefined : text);
const CPU = 'a quantity of CPU, such as 100m or 0.5';
const MEMORY = 'a quantity of memory, such as 128Mi';
const PORTS = `at most ${MAX_ENTRIES} ports or ranges from 1 to 65535, such as 8080,9000-9010`;
const BLOCKS = `at most ${MAX_ENTRIES} blocks of addresses, such as 10.0.0.0/8,fd00::/8`;
const SERVICES = `at most ${MOST_DEPENDENCIES} Services, such as inventory, pricing/quotes (namespace/name)`;

/** The annotations that the envoy profile reads. docs/annotations.md is generated from this table. */
export const ENVOY_ANNOTATIONS: ReadonlyMap<string, ReadableRule> = new Map([
  ['sidecar.istio.io/proxyCPU', rule('requestCpu', CPU, quantity)],
  ['sidecar.istio.io/proxyCPULimit', rule('limitCpu', CPU, quantity)],
  ['sidecar.istio.io/proxyMemory', rule('requestMemory', MEMORY, quantity)],
  ['sidecar.istio.io/proxyMemoryLimit', rule('limitMemory', MEMORY, quantity)],
  ['sidecar.istio.io/logLevel', rule('logLevel', LOG_LEVELS.join(', '), level)],
  ['traffic.sidecar.istio.io/excludeInboundPorts', rule('excludeInboundPorts', PORTS, parsePortRanges)],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', rule('excludeOutboundPorts', PORTS, parsePortRanges)],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', rule('excludeOutboundCidrs', BLOCKS, parseAddressBlocks)],
  [DEPENDS_ON_ANNOTATION, rule('dependsOn', SERVICES, parseDependsOn)],
]);

/**
 * The settings of one pod: the profile’s, each replaced by the pod’s own annotation where there is one. An annotation
 * replaces its own field only; in Istio one resource annotation wipes all resource defaults (istio#17974).
 * @returns the settings with their origins, and every annotation that is not accepted, in the order of the table
 */
export function settingsOf(
  pod: Pod,
  defaults: Settings,
): {
  readonly settings: Settings;
  readonly origins: readonly SettingOrigin[];
  readonly problems: readonly Problem[];
} {
  const annotations = annotationsOf(pod);
  const origins: SettingOrigin[] = [];
  const problems: Problem[] = [];
  let settings = defaults;
  for (const [key, { setting, accepted, read }] of ENVOY_ANNOTATIONS) {
    const text = ownValue(annotations, key);
    if (text === undefined) continue;
    const change = read(text);
    if (change === undefined) problems.push(refused(key, text, accepted));
    else {
      settings = { ...settings, ...change };
      origins.push({ setting, origin: `annotation ${key}`, value: text });
    }
  }
  return { settings, origins, problems };
}

const refused = (key: string, text: string, accepted: string): Problem => ({
  path: pointer('metadata', 'annotations', key),
  message: `${key} is ${quoted(text)}; accepted: ${accepted}`,
});

/** The resources block of the sidecar. What nobody set is left out, as the API server leaves it out. */
export function resourcesOf(settings: Settings): Partial<Resources> {
  const requests = amounts(settings.requestCpu, settings.requestMemory);
  const limits = amounts(settings.limitCpu, settings.limitMemory);
  return { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) };
}

function amounts(cpuAmount: string | undefined, memoryAmount: string | undefined): Resources['limits'] | undefined {
  if (cpuAmount === undefined && memoryAmount === undefined) return undefined;
  return {
    ...(cpuAmount === undefined ? {} : { cpu: cpuAmount }),
    ...(memoryAmount === undefined ? {} : { memory: memoryAmount }),
  };
}
