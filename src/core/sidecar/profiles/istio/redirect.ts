import { pointer } from '../../../json/pointer.ts';
import { ownValue } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { REDIRECT, SIDECAR_UID, VALIDATION } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import type { Effective } from './effective.ts';
import { initImage } from './image.ts';
import { ANNOTATIONS, PORTS } from './names.ts';
import { seccompOf } from './proxy.ts';
import { proxyResources, written } from './resources.ts';

/**
 * The container that installs the redirect, or checks that the CNI plugin did; undefined when nothing is redirected (Istio
 * reference, chapter 3.4).
 */
export function redirectContainer(effective: Effective, token: object | undefined): Rendered | undefined {
  const { spec, annotations, asIstio, mode, config } = effective;
  if (mode === 'NONE') return undefined;
  const cni = spec.capture === 'Cni';
  const image = {
    image: ownValue(annotations, 'sidecar.istio.io/proxyImage'),
    type: ownValue(annotations, 'sidecar.istio.io/proxyImageType'),
  };
  const metadata = Object.keys(config.proxyMetadata ?? {}).sort();
  return {
    name: cni ? VALIDATION : REDIRECT,
    image: initImage(spec.images, image),
    ...(spec.images.pullPolicy === undefined ? {} : { imagePullPolicy: spec.images.pullPolicy }),
    args: redirectArguments(effective),
    ...(metadata.length === 0
      ? {}
      : { env: metadata.map((name) => ({ name, value: config.proxyMetadata?.[name] ?? '' })) }),
    resources: asIstio ? proxyResources(spec.resources, annotations, asIstio) : written(spec.initResources),
    securityContext: {
      allowPrivilegeEscalation: spec.rights.privileged,
      privileged: spec.rights.privileged,
      capabilities: { ...(cni ? {} : { add: ['NET_ADMIN', 'NET_RAW'] }), drop: ['ALL'] },
      readOnlyRootFilesystem: cni,
      runAsGroup: cni ? SIDECAR_UID : 0,
      runAsNonRoot: cni,
      runAsUser: cni ? SIDECAR_UID : 0,
      ...seccompOf(effective),
    },
    ...(token === undefined ? {} : { volumeMounts: [token] }),
  };
}

/** What makes the capture impossible that a pod asks for; what a profile asks for is judged when it is loaded. */
export function captureProblems({ spec, mode, asIstio, annotations }: Effective): readonly Problem[] {
  // the CNI plugin takes no pod with that mode, so that it would never start (Istio reference, chapter 9 item 21)
  if (asIstio || spec.capture !== 'Cni' || mode !== 'NONE') return [];
  const saysItself = Object.hasOwn(annotations, ANNOTATIONS.interceptionMode);
  const [key, what] = saysItself
    ? [ANNOTATIONS.interceptionMode, ANNOTATIONS.interceptionMode]
    : [ANNOTATIONS.config, `interceptionMode of ${ANNOTATIONS.config}`];
  const message = `${what} is "NONE", which the CNI plugin of this profile refuses; exclude ports or addresses instead`;
  return [{ path: pointer('metadata', 'annotations', key), message }];
}

function redirectArguments({ spec, annotations, mode, statusPort }: Effective): string[] {
  const { traffic, logging } = spec;
  const said = (name: string) => ownValue(annotations, `traffic.sidecar.istio.io/${name}`);
  const excluded = withStatusPort(statusPort, said('excludeInboundPorts') ?? traffic.excludeInboundPorts);
  const always = `${PORTS.prometheus},${PORTS.health}`;
  const option = (flag: string, own: string | undefined, preset = '') =>
    own === undefined && preset === '' ? [] : [flag, own ?? preset];
  const cni = spec.capture === 'Cni';
  const interfaces = ownValue(annotations, 'istio.io/reroute-virtual-interfaces') ?? said('kubevirtInterfaces');
  return [
    'istio-iptables',
    '-p',
    String(traffic.outboundListener),
    '-z',
    String(traffic.inboundListener),
    '-u',
    String(SIDECAR_UID),
    '-m',
    mode,
    '-i',
    said('includeOutboundIPRanges') ?? traffic.includeOutboundIPRanges,
    '-x',
    said('excludeOutboundIPRanges') ?? traffic.excludeOutboundIPRanges,
    '-b',
    said('includeInboundPorts') ?? traffic.includeInboundPorts,
    '-d',
    excluded === '' ? always : `${always},${excluded}`,
    ...option('-q', said('includeOutboundPorts'), traffic.includeOutboundPorts),
    ...option('-o', said('excludeOutboundPorts'), traffic.excludeOutboundPorts),
    ...option('-k', interfaces),
    ...option('-c', said('excludeInterfaces')),
    `--log_output_level=${ownValue(annotations, 'sidecar.istio.io/agentLogLevel') ?? logging.agent}`,
    ...(logging.asJson ? ['--log_as_json'] : []),
    ...(cni ? ['--run-validation', '--skip-rule-apply'] : traffic.forceApply ? ['--force-apply'] : []),
    ...(traffic.nativeNftables ? ['--native-nftables'] : []),
  ];
}

/** The ports that are not captured, with the agent’s among them: the kubelet has to reach it. */
export function withStatusPort(statusPort: string, excluded: string): string {
  const port = statusPort.trim();
  if (port === '' || port === '0') return excluded;
  const ports = excluded.split(',');
  if (ports.includes(port)) return excluded;
  return [...ports.map((one) => one.trim()).filter((one) => one !== ''), port].join(',');
}
