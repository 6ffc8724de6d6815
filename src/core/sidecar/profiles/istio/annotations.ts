import type { AnnotationRule, Bounds } from '../../annotation-rule.ts';
import { ACCEPTED_LEVELS, isAgentLevels, isComponentLevels, isEnvoyLevels } from './log-levels.ts';
import { ANNOTATIONS } from './names.ts';
import { proxyConfigProblem } from './proxy-config.ts';
import { scrapeTargets } from './scrape-targets.ts';
import { userVolumeMounts, userVolumes } from './user-volumes.ts';
import {
  isAmount,
  isBool,
  isCidrList,
  isCidrListOrAll,
  isImageReference,
  isImageType,
  isInterceptionMode,
  isInterfaceList,
  isPortList,
  isPortListOrAll,
  isPortOrNone,
  isProbeNumber,
  isTrueOrFalse,
} from './values.ts';

/** The setting that says what the proxy mounts beside its own. */
export const MOUNTS_SETTING = 'userVolumeMounts';
/** The settings of a container of the author’s beside its amounts and mounts. */
export const ENVIRONMENT_SETTING = 'env';
export const LIFECYCLE_SETTING = 'lifecycle';

/** How a value is judged. */
export interface IstioRule extends AnnotationRule {
  /** @returns what is wrong with the value, or false; true when it is simply not accepted */
  refuses(text: string): string | boolean;
  /** Whether Istio’s own injector judges it as well; otherwise compatibility Istio takes any value. */
  readonly judgedByIstio: boolean;
}

type Judge = (text: string) => boolean;

const BOUNDS: ReadonlyMap<string, Bounds> = new Map([
  ['image', 'images'],
  [MOUNTS_SETTING, 'paths'],
]);

const rule =
  (judgedByIstio: boolean, isPrivileged: boolean) =>
  (setting: string, accepted: string, accepts: Judge): IstioRule => ({
    setting,
    accepted,
    bounds: accepts === isAmount ? 'amount' : (BOUNDS.get(setting) ?? 'values'),
    ...(isPrivileged ? { isPrivileged } : {}),
    refuses: (text) => !accepts(text),
    judgedByIstio,
  });
const judged = rule(true, false);
const ours = rule(false, false);
const privileged = rule(false, true);

const CPU = 'a quantity of CPU, such as 100m or 0.5';
const MEMORY = 'a quantity of memory, such as 128Mi';
const PORTS = 'ports from 0 to 65535 with commas between them, such as 8080,9000';
const BLOCKS = 'blocks of addresses with commas and no spaces between them, such as 10.0.0.0/8,fd00::/8';
const INTERFACES = 'names of interfaces with commas between them, such as net1,net2';
const WHOLE = 'a whole number from 0 to 2147483647';
const BOOL = 'true or false';

/**
 * The annotations that the istio profile reads (Istio reference, chapters 2.2 and 2.3), in the order in which problems are told.
 * docs/annotations.md is generated from this table.
 */
export const ISTIO_ANNOTATIONS: ReadonlyMap<string, IstioRule> = new Map([
  ['sidecar.istio.io/proxyCPU', judged('requestCpu', CPU, isAmount)],
  ['sidecar.istio.io/proxyCPULimit', judged('limitCpu', CPU, isAmount)],
  ['sidecar.istio.io/proxyMemory', judged('requestMemory', MEMORY, isAmount)],
  ['sidecar.istio.io/proxyMemoryLimit', judged('limitMemory', MEMORY, isAmount)],
  ['sidecar.istio.io/logLevel', ours('logLevel', ACCEPTED_LEVELS.envoy, isEnvoyLevels)],
  ['sidecar.istio.io/componentLogLevel', ours('componentLogLevel', ACCEPTED_LEVELS.components, isComponentLevels)],
  ['sidecar.istio.io/agentLogLevel', ours('agentLogLevel', ACCEPTED_LEVELS.agent, isAgentLevels)],
  ['traffic.sidecar.istio.io/includeInboundPorts', judged('includeInboundPorts', `* or ${PORTS}`, isPortListOrAll)],
  ['traffic.sidecar.istio.io/excludeInboundPorts', judged('excludeInboundPorts', PORTS, isPortList)],
  ['traffic.sidecar.istio.io/includeOutboundPorts', ours('includeOutboundPorts', PORTS, isPortList)],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', judged('excludeOutboundPorts', PORTS, isPortList)],
  [
    'traffic.sidecar.istio.io/includeOutboundIPRanges',
    judged('includeOutboundIPRanges', `* or ${BLOCKS}`, isCidrListOrAll),
  ],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', judged('excludeOutboundCidrs', BLOCKS, isCidrList)],
  ['traffic.sidecar.istio.io/excludeInterfaces', judged('excludeInterfaces', INTERFACES, isInterfaceList)],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', judged('kubevirtInterfaces', INTERFACES, isInterfaceList)],
  ['istio.io/reroute-virtual-interfaces', judged('rerouteInterfaces', INTERFACES, isInterfaceList)],
  ['sidecar.istio.io/interceptionMode', judged('interceptionMode', 'REDIRECT, TPROXY, NONE', isInterceptionMode)],
  ['sidecar.istio.io/nativeSidecar', ours('order', BOOL, isTrueOrFalse)],
  [
    'sidecar.istio.io/proxyImageType',
    ours('imageType', 'debug, distroless, default, or another kind of which the hub has images', isImageType),
  ],
  ['sidecar.istio.io/rewriteAppHTTPProbers', ours('rewriteProbes', BOOL, isBool)],
  ['status.sidecar.istio.io/port', judged('statusPort', 'a port, or 0 for no probes of the sidecar', isPortOrNone)],
  [
    'readiness.status.sidecar.istio.io/initialDelaySeconds',
    judged('readinessInitialDelaySeconds', WHOLE, isProbeNumber),
  ],
  ['readiness.status.sidecar.istio.io/periodSeconds', judged('readinessPeriodSeconds', WHOLE, isProbeNumber)],
  ['readiness.status.sidecar.istio.io/failureThreshold', judged('readinessFailureThreshold', WHOLE, isProbeNumber)],
  ['prometheus.istio.io/merge-metrics', judged('prometheusMerge', BOOL, isBool)],
  [
    'prometheus.istio.io/scrape-targets',
    ours('scrapeTargets', 'ports with paths, such as 8080:/metrics,9090', (text) => scrapeTargets(text) !== undefined),
  ],
  [
    'proxy.istio.io/config',
    {
      ...judged('proxyConfig', 'a ProxyConfig as YAML or JSON', () => true),
      // its proxyMetadata are variables of the proxy, and it says what happens when the proxy starts and ends
      heldToIt: [ENVIRONMENT_SETTING, LIFECYCLE_SETTING],
      refuses: (text) => proxyConfigProblem(text) ?? false,
    },
  ],
  [ANNOTATIONS.templates, ours('templates', 'names of templates of the profile with commas between them', () => true)],
  [
    'sidecar.istio.io/proxyImage',
    privileged('image', 'the whole reference of an image, such as example/proxyv2:1.30', isImageReference),
  ],
  ['sidecar.istio.io/capNetBindService', privileged('netBindService', BOOL, isTrueOrFalse)],
  [
    'sidecar.istio.io/userVolume',
    privileged('userVolumes', 'a JSON object of volumes by name', (text) => userVolumes(text) !== undefined),
  ],
  [
    'sidecar.istio.io/userVolumeMount',
    privileged(
      MOUNTS_SETTING,
      'a JSON object of mounts by volume name',
      (text) => userVolumeMounts(text) !== undefined,
    ),
  ],
]);

/**
 * Annotations that Istio knows and no profile of ours reads; whoever writes one has not misspelt it. The value says what becomes
 * of a pod of an istio profile that carries it.
 */
export const UNSUPPORTED_ANNOTATIONS: ReadonlyMap<string, string> = new Map([
  ['sidecar.istio.io/bootstrapOverride', 'a bootstrap of one’s own is not supported'],
  ['apm.datadoghq.com/env', ''],
  ['sidecar.istio.io/discoveryAddress', ''],
  ['sidecar.istio.io/enableCoreDump', ''],
  ['readiness.status.sidecar.istio.io/applicationPorts', ''],
  ['k8s.v1.cni.cncf.io/networks', ''],
]);

/** Templates of Istio that a pod may name and that are not rendered, each refused with this reason. */
export const UNSUPPORTED_TEMPLATES: ReadonlyMap<string, string> = new Map([
  ['gateway', 'gateways are not supported'],
  ['grpc-agent', 'proxyless gRPC is not supported'],
  ['grpc-simple', 'proxyless gRPC is not supported'],
]);
