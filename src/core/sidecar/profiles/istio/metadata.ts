import { ownValue, type Pod } from '../../../kubernetes/pod.ts';
import { ANNOTATIONS as SHARED } from '../../names.ts';
import type { Effective } from './effective.ts';
import { ANNOTATIONS } from './names.ts';
import { withStatusPort } from './redirect.ts';
import type { Workload } from './workload.ts';

type Texts = Readonly<Record<string, string>>;

/** The labels by which istiod and Kiali know the pod (Istio reference, chapter 3.7). */
export function labels({ labels: said, config, network }: Effective, workload: Workload): Texts {
  const first = (...keys: readonly string[]) =>
    keys.map((key) => ownValue(said, key)).find((value) => value !== undefined && value !== '');
  const tunnel = config.proxyMetadata?.ISTIO_META_ENABLE_HBONE === 'true';
  const name = first('service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app') ?? workload.name;
  return {
    'security.istio.io/tlsMode': first('security.istio.io/tlsMode') ?? 'istio',
    ...(tunnel ? { 'networking.istio.io/tunnel': first('networking.istio.io/tunnel') ?? 'http' } : {}),
    'service.istio.io/canonical-name': labelValue(name),
    'service.istio.io/canonical-revision':
      first('service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version') ?? 'latest',
    ...(network === '' ? {} : { 'topology.istio.io/network': network }),
  };
}

// a label holds 63 characters, and neither begins nor ends with one of these (istio#60756)
const labelValue = (name: string): string => name.slice(0, 63).replace(/^[-_.]+|[-_.]+$/g, '');

/** The annotations of the template itself; which of them differ from what stands there is told later. */
export function annotations(effective: Effective, original: Pod): Texts {
  const { spec, annotations: said } = effective;
  const main = original.spec.containers[0]?.name;
  const defaults = [SHARED.defaultLogsContainer, SHARED.defaultContainer].filter(
    (key) => ownValue(said, key) === undefined,
  );
  return {
    [ANNOTATIONS.revision]: spec.mesh.revision || 'default',
    ...(main === undefined ? {} : Object.fromEntries(defaults.map((key) => [key, main]))),
    ...(spec.capture === 'Cni' ? forCni(effective) : {}),
  };
}

/** What the CNI plugin reads when it makes the pod’s network. */
function forCni({ spec, annotations: said, mode, statusPort }: Effective): Texts {
  const { traffic } = spec;
  const annotation = (name: string, otherwise: string): readonly [string, string] => {
    const key = `traffic.sidecar.istio.io/${name}`;
    return [key, ownValue(said, key) ?? otherwise];
  };
  const [excludeKey, excluded] = annotation('excludeInboundPorts', traffic.excludeInboundPorts);
  const always = [annotation('includeInboundPorts', traffic.includeInboundPorts)];
  const whenGiven = [
    annotation('includeOutboundIPRanges', traffic.includeOutboundIPRanges),
    annotation('excludeOutboundIPRanges', traffic.excludeOutboundIPRanges),
    annotation('kubevirtInterfaces', ''),
    annotation('excludeInterfaces', ''),
  ].filter(([, value]) => value !== '');
  const whenAsked = [
    annotation('includeOutboundPorts', traffic.includeOutboundPorts),
    annotation('excludeOutboundPorts', traffic.excludeOutboundPorts),
  ].filter(([key, value]) => value !== '' || ownValue(said, key) !== undefined);
  const reroute = ownValue(said, 'istio.io/reroute-virtual-interfaces');
  return {
    'sidecar.istio.io/interceptionMode': mode,
    ...Object.fromEntries([...always, ...whenGiven, ...whenAsked]),
    [excludeKey]: withStatusPort(statusPort, excluded),
    ...(reroute ? { 'istio.io/reroute-virtual-interfaces': reroute } : {}),
  };
}
