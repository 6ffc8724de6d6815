import { asText } from '../json/as-text.ts';
import { proxyConfig } from './proxy-config-reader.ts';
import {
  amounts,
  choice,
  count,
  flag,
  isWord,
  object,
  otelConventions,
  type Reader,
  text,
  textMap,
  texts,
  word,
} from './readers.ts';

/** A value of Istio’s, by the text it stands in. */
export type Origin = 'config' | 'values' | 'mesh';

/** A field of a profile, and where Istio says the same. */
export interface Row {
  /** Within `spec`, with dots. */
  readonly field: string;
  readonly origin: Origin;
  /** Within the text, with dots. */
  readonly path: string;
  readonly read: Reader;
  /** What Istio renders when the value is not there at all, where that is not what the built-in profile says. */
  readonly absent?: unknown;
}

const values = (field: string, path: string, read: Reader, absent?: unknown): Row => ({
  field,
  origin: 'values',
  path,
  read,
  ...(absent === undefined ? {} : { absent }),
});
const mesh = (field: string, path: string, read: Reader): Row => ({ field, origin: 'mesh', path, read });
const config = (field: string, path: string, read: Reader): Row => ({ field, origin: 'config', path, read });

const ORDER = choice({ true: 'Native', false: 'Classic', auto: 'Native' });

/**
 * Every value of Istio’s chart and every field of its MeshConfig that shapes a sidecar, with the field of the profile that says the
 * same (Istio reference, chapter 4). Of two rows with one field, the later one counts.
 */
export const MAPPING: readonly Row[] = [
  values('order', 'pilot.env.ENABLE_NATIVE_SIDECARS', (value) => ORDER(asText(value), undefined)),
  values('capture', 'pilot.cni.enabled', (value, written) => {
    const said = flag(value, written);
    return said !== undefined && 'value' in said ? { value: said.value ? 'Cni' : 'Redirect' } : said;
  }),
  values('holdApplication', 'global.proxy.holdApplicationUntilProxyStarts', flag),
  values('images.hub', 'global.hub', text),
  values('images.tag', 'global.tag', text),
  values('images.variant', 'global.variant', text),
  values('images.proxy', 'global.proxy.image', word),
  values('images.init', 'global.proxy_init.image', word),
  values(
    'images.pullPolicy',
    'global.imagePullPolicy',
    choice({ Always: 'Always', IfNotPresent: 'IfNotPresent', Never: 'Never' }),
  ),
  values('images.pullSecrets', 'global.imagePullSecrets', texts),
  values('resources.requests', 'global.proxy.resources.requests', amounts, {}),
  values('resources.limits', 'global.proxy.resources.limits', amounts, {}),
  values('lifecycle', 'global.proxy.lifecycle', object),
  values('logging.proxy', 'global.proxy.logLevel', text),
  values('logging.components', 'global.proxy.componentLogLevel', text),
  values('logging.agent', 'global.logging.level', text),
  values('logging.asJson', 'global.logAsJson', flag),
  values('logging.outlierPath', 'global.proxy.outlierLogPath', text),
  values('traffic.includeOutboundIPRanges', 'global.proxy.includeIPRanges', text),
  values('traffic.excludeOutboundIPRanges', 'global.proxy.excludeIPRanges', text),
  values('traffic.includeInboundPorts', 'global.proxy.includeInboundPorts', text),
  values('traffic.excludeInboundPorts', 'global.proxy.excludeInboundPorts', text),
  values('traffic.includeOutboundPorts', 'global.proxy.includeOutboundPorts', text),
  values('traffic.excludeOutboundPorts', 'global.proxy.excludeOutboundPorts', text),
  mesh(
    'traffic.inboundPolicy',
    'inboundTrafficPolicy.mode',
    choice({ PASSTHROUGH: 'Passthrough', LOCALHOST: 'Localhost' }),
  ),
  mesh('traffic.outboundListener', 'proxyListenPort', count),
  mesh('traffic.inboundListener', 'proxyInboundListenPort', count),
  values('traffic.forceApply', 'global.proxy_init.forceApplyIptables', flag),
  values('traffic.nativeNftables', 'global.nativeNftables', flag),
  values('probes.rewrite', 'sidecarInjectorWebhook.rewriteAppHTTPProbe', flag, false),
  values('probes.readinessInitialDelaySeconds', 'global.proxy.readinessInitialDelaySeconds', count),
  values('probes.readinessPeriodSeconds', 'global.proxy.readinessPeriodSeconds', count),
  values('probes.readinessFailureThreshold', 'global.proxy.readinessFailureThreshold', count),
  values('probes.startup', 'global.proxy.startupProbe.enabled', flag, false),
  values('probes.startupFailureThreshold', 'global.proxy.startupProbe.failureThreshold', count),
  values('probes.statusPort', 'global.proxy.statusPort', count),
  values('mesh.revision', 'revision', text),
  values('mesh.istioNamespace', 'global.istioNamespace', word),
  values('mesh.clusterDomain', 'global.proxy.clusterDomain', word),
  values('mesh.trustDomain', 'global.trustDomain', word),
  mesh('mesh.trustDomain', 'trustDomain', word),
  values('mesh.meshId', 'global.meshID', text),
  values('mesh.network', 'global.network', text),
  values('mesh.clusterName', 'global.multiCluster.clusterName', text),
  mesh('mesh.prometheusMerge', 'enablePrometheusMerge', flag),
  mesh('mesh.otelSemanticConventions', 'extensionProviders', otelConventions),
  values('mesh.compliancePolicy', 'pilot.env.COMPLIANCE_POLICY', text),
  values('certificates.authority', 'global.caAddress', text),
  values('certificates.provider', 'global.pilotCertProvider', word),
  values('certificates.trustBundle', 'global.trustBundleName', text),
  values('certificates.clusterTrustBundle', 'pilot.env.ENABLE_CLUSTER_TRUST_BUNDLE_API', flag),
  values('certificates.revocationConfigMap', 'pilot.crlConfigMapName', word),
  values('certificates.tokenAudience', 'global.sds.token.aud', word),
  values('certificates.stsPort', 'global.sts.servicePort', count),
  values('certificates.mountedSecret', 'global.mountMtlsCerts', flag),
  values('certificates.gkeWorkloadCertificate', 'global.caName', isWord('GkeWorkloadCertificate')),
  values('rights.privileged', 'global.proxy.privileged', flag),
  values('rights.netBindService', 'global.proxy.capNetBindService', flag),
  values('rights.seccompProfile', 'global.proxy.seccompProfile', object),
  mesh('proxyConfig', 'defaultConfig', proxyConfig),
  config('annotations', 'injectedAnnotations', textMap),
];

/** Fields of a profile that are not read from one value of Istio’s, each with the reason. */
export const WITHOUT_ROW: Readonly<Record<string, string>> = {
  kind: 'says that the profile is one for Istio',
  compatibility: 'is chosen on the command line',
  initResources: 'Istio gives the redirect container the resources of the proxy',
  templates: 'are made from the Go templates under templates in the key config',
  defaultTemplates: 'are those under defaultTemplates in the key config, with aliases resolved',
};
