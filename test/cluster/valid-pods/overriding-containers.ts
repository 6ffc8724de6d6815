import fc from 'fast-check';

type Json = Record<string, unknown>;

const merged = (one: Json, other: Json): Json => ({ ...one, ...other });

/** Fields that the profile lets an author change in either compatibility. */
const allowed = fc.constantFrom<Json>(
  {},
  { resources: { requests: { cpu: '300m' } } },
  { resources: { limits: { cpu: '50m', memory: '64Mi' } } },
  { resources: { requests: { 'ephemeral-storage': '1Gi' } } },
  { resources: { limits: { 'example.com/gpu': '1' }, requests: { 'example.com/gpu': '1' } } },
  { env: [{ name: 'ISTIO_META_CLUSTER_ID', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  { env: [{ name: 'HOST_IP', value: '127.0.0.1' }] },
  {
    env: [
      { name: 'ISTIO_META_NETWORK', value: 'net-2' },
      { name: 'MORE', value: '1' },
    ],
  },
  { lifecycle: { preStop: { httpGet: { path: '/drain', port: 15000 } } } },
  { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } }, postStart: { sleep: { seconds: 1 } } } },
  { volumeMounts: [{ name: 'data', mountPath: '/etc/istio/pod' }] },
  { volumeMounts: [{ name: 'data', mountPath: '/extra', readOnly: true }] },
);

/** Fields that only Istio itself lets him change. */
const others = fc.constantFrom<Json>(
  { readinessProbe: { tcpSocket: { port: 15021 } } },
  { startupProbe: { exec: { command: ['true'] }, failureThreshold: 10 } },
  { livenessProbe: { httpGet: { path: '/live', port: 15021 } } },
  { securityContext: { privileged: true } },
  { securityContext: { runAsUser: 2000, runAsGroup: 2000 } },
  { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['NET_ADMIN'] } } },
  { ports: [{ containerPort: 15090, name: 'metrics' }] },
  { ports: [{ containerPort: 8443, hostPort: 8443 }] },
  { args: ['proxy', 'sidecar'] },
  { tty: true, stdin: true },
  { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] },
  { image: 'registry.example/proxyv2:2' },
);

const override = (name: string) =>
  fc
    .tuple(allowed, fc.oneof({ weight: 3, arbitrary: fc.constant<Json>({}) }, { weight: 1, arbitrary: others }))
    .map(([one, other]): Json => ({ name, image: 'auto', ...merged(one, other) }));

/** A container of the author under the name of the proxy. */
export const proxyOverride = override('istio-proxy');

/** The same for the containers that install or check the redirect. */
export const redirectOverride = fc.constantFrom('istio-init', 'istio-validation').chain(override);
