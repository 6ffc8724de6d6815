import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { type ConnectionCheck, connectionChecks, POD_IP } from '../../../xds/connection-checks.ts';
import { DRAIN_DELAY_HEADER, DRAIN_KEY, drainPath } from '../../../xds/drain.ts';
import { collectorOf, logs } from '../../../xds/observed.ts';
import { spanResource } from '../../../xds/tracing.ts';
import { REDIRECT, SIDECAR, SIDECAR_UID } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import { NO_TOKEN } from '../../token.ts';
import { observes, readsHttp } from './features.ts';
import { CONFIG_DIRECTORY, CONFIG_FILE, PORTS, PROMETHEUS_PORT_NAME, RUN_DIRECTORY, VOLUMES } from './names.ts';
import { resourcesOf, type Settings } from './settings.ts';

const PROMETHEUS_PORT = { name: PROMETHEUS_PORT_NAME, containerPort: PORTS.prometheus, protocol: 'TCP' };

// Envoy would keep lines for ten seconds, and whoever looks for what has just failed finds nothing
const LOG_FLUSH_MS = 1000;

const HEALTH = { path: '/healthz/ready', port: PORTS.health };

/** The proxy. Its security context meets the Pod Security level `restricted`. */
export function sidecarContainer(
  spec: EnvoyProfile['spec'],
  settings: Settings,
  pod: {
    readonly workload: string;
    readonly hidesToken: boolean;
    readonly checks: readonly ConnectionCheck[];
    readonly drainSeconds: number;
    readonly drainKey: string;
  },
): Rendered {
  const { image, concurrency } = spec.sidecar;
  const checks = pod.checks.length > 0;
  const looks = observes(spec);
  const drains = readsHttp(spec);
  return {
    name: SIDECAR,
    image,
    ...(spec.order === 'Native' ? { restartPolicy: 'Always' } : {}),
    command: ['envoy'],
    args: [
      '--config-path',
      `${CONFIG_DIRECTORY}/${CONFIG_FILE}`,
      '--log-level',
      settings.logLevel,
      '--concurrency',
      String(concurrency),
      '--disable-hot-restart',
      // a pod that ends is left at once, not by a share of its clients that rises over ten minutes
      '--drain-strategy',
      'immediate',
      '--service-cluster',
      pod.workload,
      '--service-node',
      '$(POD_NAME).$(POD_NAMESPACE)',
      ...(logs(spec) ? ['--file-flush-interval-msec', String(LOG_FLUSH_MS)] : []),
      ...(checks ? ['--config-yaml', JSON.stringify(connectionChecks(pod.checks, spec.ipFamilies))] : []),
    ],
    env: [
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_NAMESPACE', 'metadata.namespace'),
      ...(checks ? [fieldVariable(POD_IP, 'status.podIP')] : []),
      ...(collectorOf(spec) ? [spanResource(pod.workload)] : []),
      ...(drains ? [{ name: DRAIN_KEY, value: pod.drainKey }] : []),
    ],
    ...(looks ? { ports: [PROMETHEUS_PORT] } : {}),
    resources: resourcesOf(settings),
    // a minute for a slow image start; the application waits for it in Native order
    startupProbe: { httpGet: HEALTH, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 },
    readinessProbe: { httpGet: HEALTH, periodSeconds: 15, timeoutSeconds: 3, failureThreshold: 4 },
    ...(drains || pod.drainSeconds > 0 ? { lifecycle: { preStop: preStop(pod, drains) } } : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: SIDECAR_UID,
      runAsGroup: SIDECAR_UID,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      // a directory: the kubelet never updates a single file that is mounted by subPath
      { name: VOLUMES.config, mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: VOLUMES.run, mountPath: RUN_DIRECTORY },
      ...(pod.hidesToken ? [NO_TOKEN.mount] : []),
    ],
  };
}

/**
 * The container that installs the redirect before anything else of the pod runs. NET_ADMIN is what nftables needs; as a
 * user other than root the capability would not reach the nft program (test/traffic/redirect-rights.test.ts).
 */
export function redirectContainer(
  spec: EnvoyProfile['spec'],
  rules: string,
  pod: { readonly hidesToken: boolean },
): Rendered {
  return {
    name: REDIRECT,
    image: spec.redirect.image,
    command: ['nft'],
    // in the spec and not in an annotation, since nobody can edit it afterwards
    args: [rules],
    resources: spec.redirect.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: false,
      runAsUser: 0,
      runAsGroup: 0,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(pod.hidesToken ? { volumeMounts: [NO_TOKEN.mount] } : {}),
  };
}

/**
 * What the sidecar does when the pod is told to end. The kubelet asks at once, in both orders; in Native order it ends the sidecar after
 * the application anyway, in Classic order as soon as the answer has come. Its image has no shell that could sleep.
 */
function preStop(pod: { readonly drainSeconds: number; readonly drainKey: string }, drains: boolean) {
  if (!drains) return { sleep: { seconds: pod.drainSeconds } };
  const httpHeaders = [{ name: DRAIN_DELAY_HEADER, value: String(pod.drainSeconds * 1000) }];
  return {
    httpGet: {
      path: drainPath(pod.drainKey),
      port: PORTS.health,
      scheme: 'HTTP',
      ...(pod.drainSeconds > 0 ? { httpHeaders } : {}),
    },
  };
}

const fieldVariable = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});
