import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { goDurationMs } from '../../../kubernetes/go-duration.ts';
import type { ProfileTraits } from '../profile-traits.ts';

/**
 * What an application has to get on with where the sidecar is Istio’s.
 * @param config the ProxyConfig as it counts where pods say nothing
 */
export function istioTraits(spec: IstioProfile['spec'], config: ProxyConfig): ProfileTraits {
  const captures = spec.capture !== 'None' && config.interceptionMode !== 'NONE';
  return {
    captures,
    controlPlane: controlPlaneAt(config.discoveryAddress ?? ''),
    strandsInitContainers: captures && spec.capture === 'Cni',
    serverSpeaksFirst: captures ? 'stalls' : 'passes',
    readsPortNames: captures,
    takesHttp10: !captures,
    accountIsIdentity: true,
    probeSwitch: 'sidecar.istio.io/rewriteAppHTTPProbers',
    drainSeconds: (goDurationMs(config.terminationDrainDuration ?? '') ?? 0) / 1000,
    // Istio’s Telemetry objects say it
    tells: undefined,
  };
}

function controlPlaneAt(address: string): ProfileTraits['controlPlane'] {
  const [, host, port] = /^([^:]+):(\d+)$/.exec(address) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
