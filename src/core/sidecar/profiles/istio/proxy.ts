import { ownValue } from '../../../kubernetes/pod.ts';
import { SIDECAR, SIDECAR_UID, TOKEN_DIRECTORY } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import type { Effective } from './effective.ts';
import { proxyImage } from './image.ts';
import { PORTS, VOLUMES } from './names.ts';
import { proxyResources } from './resources.ts';
import { userVolumeMounts } from './user-volumes.ts';

const PROMETHEUS_PORT = { containerPort: PORTS.prometheus, protocol: 'TCP', name: 'http-envoy-prom' };
const HEALTH = { path: '/healthz/ready', port: PORTS.health };

/**
 * The proxy without its environment (Istio reference, chapter 3.5).
 * @param token how a ServiceAccount token, or what stands in its place, is mounted
 */
export function proxyContainer(effective: Effective, token: object | undefined): Rendered {
  const { spec, annotations, asIstio, config, native } = effective;
  const { images, logging, certificates } = spec;
  const said = (name: string) => ownValue(annotations, `sidecar.istio.io/${name}`);
  const image = { image: said('proxyImage'), type: said('proxyImageType') };
  const lifecycle = spec.lifecycle ?? usualLifecycle(effective);
  return {
    name: SIDECAR,
    image: proxyImage(images, image, config.image?.imageType),
    ...(native ? { restartPolicy: 'Always' } : {}),
    ports: [PROMETHEUS_PORT],
    args: [
      'proxy',
      'sidecar',
      '--domain',
      `$(POD_NAMESPACE).svc.${spec.mesh.clusterDomain}`,
      `--proxyLogLevel=${said('logLevel') ?? logging.proxy}`,
      `--proxyComponentLogLevel=${said('componentLogLevel') ?? logging.components}`,
      `--log_output_level=${said('agentLogLevel') ?? logging.agent}`,
      ...(certificates.stsPort === 0 ? [] : [`--stsPort=${certificates.stsPort}`]),
      ...(logging.asJson ? ['--log_as_json'] : []),
      ...(logging.outlierPath === '' ? [] : [`--outlierLogPath=${logging.outlierPath}`]),
    ],
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(images.pullPolicy === undefined ? {} : { imagePullPolicy: images.pullPolicy }),
    ...(effective.probesSidecar ? probes(effective) : {}),
    securityContext: securityContext(effective),
    resources: proxyResources(spec.resources, annotations, asIstio),
    volumeMounts: mounts(effective, token),
  };
}

function usualLifecycle({ holds, native, statusPort, agentIsSilent }: Effective): object | undefined {
  if (holds) return { postStart: { exec: { command: ['pilot-agent', 'wait'] } } };
  if (!native || agentIsSilent) return undefined;
  const command = ['pilot-agent', 'request', `--debug-port=${statusPort}`, 'POST', 'drain'];
  return { preStop: { exec: { command } } };
}

function probes({ spec, annotations }: Effective): object {
  const { probes: preset } = spec;
  const said = (name: string, otherwise: number) => {
    const text = ownValue(annotations, `readiness.status.sidecar.istio.io/${name}`);
    return text === undefined ? otherwise : Number(text);
  };
  const delay = said('initialDelaySeconds', preset.readinessInitialDelaySeconds);
  const startup = { httpGet: HEALTH, periodSeconds: 1, timeoutSeconds: 3 };
  return {
    ...(preset.startup ? { startupProbe: { ...startup, failureThreshold: preset.startupFailureThreshold } } : {}),
    readinessProbe: {
      httpGet: HEALTH,
      ...(delay === 0 ? {} : { initialDelaySeconds: delay }),
      periodSeconds: said('periodSeconds', preset.readinessPeriodSeconds),
      timeoutSeconds: 3,
      failureThreshold: said('failureThreshold', preset.readinessFailureThreshold),
    },
  };
}

function securityContext(effective: Effective): object {
  const { spec, config, mode, netBindService, asIstio } = effective;
  const { privileged } = spec.rights;
  const common = { readOnlyRootFilesystem: true, ...seccompOf(effective) };
  // only the profile may say so; a pod that does is refused unless it is as Istio
  const traced = asIstio ? config.proxyMetadata : spec.proxyConfig.proxyMetadata;
  if (traced?.IPTABLES_TRACE_LOGGING === 'true')
    return {
      ...common,
      allowPrivilegeEscalation: true,
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
      privileged: true,
      runAsGroup: SIDECAR_UID,
      runAsNonRoot: false,
      runAsUser: 0,
    };
  const add = [...(mode === 'TPROXY' ? ['NET_ADMIN'] : []), ...(netBindService ? ['NET_BIND_SERVICE'] : [])];
  return {
    ...common,
    allowPrivilegeEscalation: privileged,
    capabilities: { ...(add.length === 0 ? {} : { add }), drop: ['ALL'] },
    privileged,
    runAsGroup: SIDECAR_UID,
    runAsNonRoot: add.length === 0,
    runAsUser: add.length === 0 ? SIDECAR_UID : 0,
  };
}

/** The seccomp profile of both containers; without one Pod Security level restricted refuses them. */
export function seccompOf({ spec, asIstio }: Effective): object {
  const { seccompProfile } = spec.rights;
  if (seccompProfile !== undefined) return { seccompProfile };
  return asIstio ? {} : { seccompProfile: { type: 'RuntimeDefault' } };
}

function mounts({ spec, annotations }: Effective, token: object | undefined): readonly object[] {
  const { certificates } = spec;
  const directory = '/var/run/secrets';
  const certificateMount = { mountPath: `${directory}/workload-spiffe-credentials` };
  return [
    { name: VOLUMES.workloadSocket, mountPath: `${directory}/workload-spiffe-uds` },
    { name: VOLUMES.credentialSocket, mountPath: `${directory}/credential-uds` },
    certificates.gkeWorkloadCertificate
      ? { name: VOLUMES.gkeWorkloadCertificates, ...certificateMount, readOnly: true }
      : { name: VOLUMES.workloadCertificates, ...certificateMount },
    ...(certificates.provider === 'istiod'
      ? [
          { name: VOLUMES.roots, mountPath: `${directory}/istio` },
          { name: VOLUMES.revocations, mountPath: `${directory}/istio/crl` },
        ]
      : []),
    { name: VOLUMES.data, mountPath: '/var/lib/istio/data' },
    { name: VOLUMES.envoy, mountPath: '/etc/istio/proxy' },
    { name: VOLUMES.token, mountPath: `${directory}/tokens` },
    ...(certificates.mountedSecret ? [{ name: VOLUMES.mountedSecret, mountPath: '/etc/certs/', readOnly: true }] : []),
    { name: VOLUMES.podInfo, mountPath: '/etc/istio/pod' },
    ...(userVolumeMounts(ownValue(annotations, 'sidecar.istio.io/userVolumeMount') ?? '{}') ?? []),
    ...(token === undefined ? [] : [token]),
  ];
}

/** Where the API server mounts the token into the author’s containers, as it would into ours. */
export const isTokenMount = ({ mountPath }: { readonly mountPath: string }): boolean => mountPath === TOKEN_DIRECTORY;
