import { LOG_LEVELS, type Resources } from '../api/sidecar-profile.ts';
import { pointer } from '../json/pointer.ts';
import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { quoted } from '../problem/quoted.ts';
import {
  type AddressBlock,
  MAX_ENTRIES,
  type PortRange,
  parseAddressBlocks,
  parsePortRanges,
} from './traffic-exclusions.ts';

/** What a pod may set about its own sidecar. */
export interface Settings {
  readonly logLevel: string;
  readonly requestCpu: string | undefined;
  readonly requestMemory: string | undefined;
  readonly limitCpu: string | undefined;
  readonly limitMemory: string | undefined;
  readonly excludeInboundPorts: readonly PortRange[];
  readonly excludeOutboundPorts: readonly PortRange[];
  readonly excludeOutboundCidrs: readonly AddressBlock[];
}

/** A setting that the pod changed: under which annotation, to what. The rest comes from the profile. */
export interface SettingOrigin {
  readonly setting: keyof Settings;
  readonly origin: string;
  readonly value: string;
}

export interface AnnotationProblem {
  readonly path: string;
  readonly message: string;
}

interface AnnotationRule {
  readonly setting: keyof Settings;
  readonly accepted: string;
  /** Whether the value is a quantity, so that it can have bounds. */
  readonly isAmount: boolean;
  /** @returns the setting that the text makes; undefined when it is not accepted */
  read(text: string): Partial<Settings> | undefined;
}

function rule<K extends keyof Settings>(
  setting: K,
  accepted: string,
  parse: (text: string) => Settings[K] | undefined,
): AnnotationRule {
  const read = (text: string) => {
    const value = parse(text);
    return value === undefined ? undefined : { [setting]: value };
  };
  const isAmount = accepted === CPU || accepted === MEMORY;
  return { setting, accepted, isAmount, read };
}

const level = (text: string): string | undefined => LOG_LEVELS.find((known) => known === text);
const quantity = (text: string): string | undefined => (quantityValue(text) === undefined ? undefined : text);
const CPU = 'a quantity of CPU, such as 100m or 0.5';
const MEMORY = 'a quantity of memory, such as 128Mi';
const PORTS = `at most ${MAX_ENTRIES} ports or ranges from 1 to 65535, such as 8080,9000-9010`;
const BLOCKS = `at most ${MAX_ENTRIES} blocks of addresses, such as 10.0.0.0/8,fd00::/8`;

/** The annotations that the envoy profile reads. docs/annotations.md is generated from this table. */
export const SETTING_ANNOTATIONS: ReadonlyMap<string, AnnotationRule> = new Map([
  ['sidecar.istio.io/proxyCPU', rule('requestCpu', CPU, quantity)],
  ['sidecar.istio.io/proxyCPULimit', rule('limitCpu', CPU, quantity)],
  ['sidecar.istio.io/proxyMemory', rule('requestMemory', MEMORY, quantity)],
  ['sidecar.istio.io/proxyMemoryLimit', rule('limitMemory', MEMORY, quantity)],
  ['sidecar.istio.io/logLevel', rule('logLevel', LOG_LEVELS.join(', '), level)],
  ['traffic.sidecar.istio.io/excludeInboundPorts', rule('excludeInboundPorts', PORTS, parsePortRanges)],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', rule('excludeOutboundPorts', PORTS, parsePortRanges)],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', rule('excludeOutboundCidrs', BLOCKS, parseAddressBlocks)],
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
  readonly problems: readonly AnnotationProblem[];
} {
  const annotations = annotationsOf(pod);
  const origins: SettingOrigin[] = [];
  const problems: AnnotationProblem[] = [];
  let settings = defaults;
  for (const [key, { setting, accepted, read }] of SETTING_ANNOTATIONS) {
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

const refused = (key: string, text: string, accepted: string): AnnotationProblem => ({
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
