import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import type { Labels } from '../../../kubernetes/pod.ts';
import { ownValue } from '../../../kubernetes/pod.ts';
import { ANNOTATIONS } from './names.ts';
import { askedStatusPort } from './status-port.ts';
import { goBool, type InterceptionMode, isInterceptionMode } from './values.ts';

/** What holds for one pod: the profile’s word, under the pod’s own. */
export interface Effective {
  readonly spec: IstioProfile['spec'];
  /** Whether Istio’s faults are rendered as well. */
  readonly asIstio: boolean;
  readonly annotations: Labels;
  readonly labels: Labels;
  readonly config: ProxyConfig;
  /** The name of the pod’s network; empty for none. */
  readonly network: string;
  readonly mode: InterceptionMode;
  readonly native: boolean;
  /** In Classic order, whether the application waits for the sidecar. */
  readonly holds: boolean;
  readonly netBindService: boolean;
  readonly rewritesProbes: boolean;
  /** Where the agent answers for the application, as its probes are told. */
  readonly probePort: number;
  /** The same as the redirect and the drain are told; compatibility Istio lets them differ. */
  readonly statusPort: string;
  /** Whether a pod has the agent open no such port. */
  readonly agentIsSilent: boolean;
  /** Whether the sidecar has probes of its own. */
  readonly probesSidecar: boolean;
  /** The port that metrics are scraped at. */
  readonly scrapePort: number;
}

const DEFAULT_STATUS_PORT = 15020;

/** @param config the ProxyConfig with the pod’s own over the profile’s */
export function effectiveFor(
  spec: IstioProfile['spec'],
  annotations: Labels,
  labels: Labels,
  config: ProxyConfig,
): Effective {
  const asIstio = spec.compatibility === 'Istio';
  const said = (key: string) => ownValue(annotations, key);
  const native = nativeOf(said('sidecar.istio.io/nativeSidecar'), spec.order === 'Native');
  const mode = said(ANNOTATIONS.interceptionMode) ?? (spec.capture === 'None' ? 'NONE' : config.interceptionMode);
  const meshPort = spec.proxyConfig.statusPort ?? DEFAULT_STATUS_PORT;
  const ownPort = askedStatusPort(annotations);
  const agentPort = config.statusPort ?? DEFAULT_STATUS_PORT;
  const probePort = ownPort === undefined ? (asIstio ? meshPort : agentPort) : Number(ownPort);
  const profilePort = asIstio ? (spec.probes.statusPort ?? DEFAULT_STATUS_PORT) : agentPort;
  const statusPort = ownPort ?? String(profilePort);
  const isSwitchedOff = statusPort.trim() === '0';
  return {
    spec,
    asIstio,
    annotations,
    labels,
    config,
    network: ownValue(labels, 'topology.istio.io/network') ?? spec.mesh.network,
    mode: mode !== undefined && isInterceptionMode(mode) ? mode : 'REDIRECT',
    native,
    holds: !native && (config.holdApplicationUntilProxyStarts === true || spec.holdApplication),
    netBindService: (said('sidecar.istio.io/capNetBindService') ?? String(spec.rights.netBindService)) === 'true',
    rewritesProbes: goBool(said('sidecar.istio.io/rewriteAppHTTPProbers') ?? '') ?? spec.probes.rewrite,
    probePort,
    statusPort,
    agentIsSilent: !asIstio && isSwitchedOff,
    // of the profile, 0 says this alone: the agent does not read it
    probesSidecar: !isSwitchedOff && (ownPort !== undefined || spec.probes.statusPort !== 0),
    scrapePort: asIstio ? meshPort : probePort,
  };
}

// Istio takes every word but "false" for yes; other words than the two are refused before this counts
const nativeOf = (word: string | undefined, preset: boolean): boolean => (word ? word !== 'false' : preset);
