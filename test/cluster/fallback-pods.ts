import { SIDECAR } from '../../src/core/sidecar/names.ts';
import { ASKS, simplePod } from './pods.ts';

/** A pod, and where it is created. */
export interface FallbackRow {
  readonly title: string;
  readonly namespace: string;
  readonly pod: object;
}

const UID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
/** What the fallback makes of the uid of a controller. */
export const RECORD_ID = '3f2504e04f8941d3';

interface Wish {
  readonly title: string;
  readonly namespace?: string;
  readonly labels?: object;
  /** Beside the mark. */
  readonly annotations?: object;
  readonly spec?: object;
  readonly metadata?: object;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid?: string } | 'none';
}

/** A pod as a controller creates it: a ReplicaSet of the Deployment `web` unless told. */
function row({ title, namespace = 'shop', labels, annotations, spec, metadata, owner }: Wish): FallbackRow {
  const { kind, name, uid = UID } = owner === undefined || owner === 'none' ? REPLICA_SET : owner;
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true }];
  const pod = simplePod('web', {
    labels: { app: 'web', ...(owner === undefined ? { 'pod-template-hash': '6c8f9' } : {}), ...labels },
    annotations: { ...ASKS, ...annotations },
    ...(spec === undefined ? {} : { spec }),
  });
  const own = { ...(pod.metadata as object), ...(owner === 'none' ? {} : { ownerReferences }), ...metadata };
  return { title, namespace, pod: { ...pod, metadata: own } };
}

const REPLICA_SET = { kind: 'ReplicaSet', name: 'web-6c8f9', uid: UID };
const APP = { name: 'app', image: 'registry.example/app:1' };
const MARK = 'sidecar.istio.io/inject';
const GENERATED = { name: undefined, generateName: 'web-6c8f9-' };
const byLabel = (more: object = {}) => ({ labels: { [MARK]: 'true', ...more }, metadata: { annotations: undefined } });

// so many that an expression whose cost grew with their product would be beyond what the API server allows
const LABELS = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`example.com/label-${index}`, 'x']));
const VOLUMES = Array.from({ length: 100 }, (_, index) => ({ name: `data-${index}`, emptyDir: {} }));
const CROWD = Array.from({ length: 100 }, (_, index) => ({
  ...APP,
  name: `app-${index}`,
  ports: VOLUMES.map((__, port) => ({ containerPort: 2000 + index * 100 + port })),
  volumeMounts: VOLUMES.map(({ name }) => ({ name, mountPath: `/${name}` })),
  env: VOLUMES.map(({ name }) => ({ name, value: name })),
}));

/** Pods that the API server makes as the webhook makes them. */
export const SAME: readonly FallbackRow[] = [
  row({ title: 'of a Deployment' }),
  row({ title: 'with a generated name', metadata: GENERATED }),
  row({ title: 'that asks by label and has no annotations', ...byLabel() }),
  row({ title: 'in a namespace of our revision', namespace: 'revision' }),
  row({ title: 'that alwaysInject selects', metadata: { annotations: undefined }, labels: { mesh: 'always' } }),
  row({ title: 'of an exclusion for another namespace', labels: { tier: 'edge' } }),
  row({ title: 'that neverInject selects and that asks', labels: { tier: 'data' } }),
  row({
    title: 'of a Rollout',
    owner: { kind: 'ReplicaSet', name: 'roll-abc' },
    labels: { 'rollouts-pod-template-hash': 'abc' },
  }),
  row({
    title: 'of a DeploymentConfig',
    owner: { kind: 'ReplicationController', name: 'dc-1' },
    labels: { deploymentconfig: 'dc' },
  }),
  row({ title: 'of a StatefulSet', owner: { kind: 'StatefulSet', name: 'web-6c8f9' } }),
  row({ title: 'of a CronJob', owner: { kind: 'Job', name: 'report-29012345' }, spec: { restartPolicy: 'Never' } }),
  row({ title: 'of a Job', owner: { kind: 'Job', name: 'report-1' }, spec: { restartPolicy: 'Never' } }),
  row({
    title: 'with init containers, volumes and several containers',
    spec: {
      initContainers: [
        { name: 'migrate', image: 'registry.example/migrate:1', command: ['migrate'] },
        { name: 'agent', image: 'registry.example/agent:1', restartPolicy: 'Always' },
      ],
      containers: [
        {
          ...APP,
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          ports: [{ containerPort: 8080, name: 'http' }],
        },
        { name: 'second', image: 'registry.example/second:1', livenessProbe: { httpGet: { path: '/', port: 8080 } } },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    },
  }),
  row({ title: 'whose containers have no token', spec: { automountServiceAccountToken: false } }),
  row({
    title: 'without a token, with a volume and an init container',
    spec: {
      automountServiceAccountToken: false,
      volumes: [{ name: 'data', emptyDir: {} }],
      initContainers: [{ name: 'migrate', image: 'registry.example/migrate:1' }],
    },
  }),
  row({
    title: 'with security contexts and another user',
    spec: {
      securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 1337 },
      containers: [{ ...APP, securityContext: { runAsUser: 2000, capabilities: { drop: ['ALL'] } } }],
    },
  }),
  row({
    title: 'whose containers overrule the user of the pod',
    spec: { securityContext: { runAsUser: 1337 }, containers: [{ ...APP, securityContext: { runAsUser: 1 } }] },
  }),
  row({
    title: 'that names the container for kubectl',
    annotations: { 'kubectl.kubernetes.io/default-container': 'second' },
  }),
  row({
    title: 'that names the container for logs',
    annotations: { 'kubectl.kubernetes.io/default-logs-container': 'app' },
  }),
  row({
    title: 'that names both, and has annotations of its own',
    annotations: {
      'kubectl.kubernetes.io/default-container': 'a',
      'kubectl.kubernetes.io/default-logs-container': 'b',
      'example.com/text': '⟦workload⟧ "quoted" \\ \n\u2028 ünïcode',
    },
  }),
  row({
    title: 'with a UDP port of ours, a probe of another host, pull secrets',
    spec: {
      containers: [
        {
          ...APP,
          ports: [{ containerPort: 15001, protocol: 'UDP' }],
          readinessProbe: { tcpSocket: { port: 80, host: '192.0.2.1' } },
        },
      ],
      imagePullSecrets: [{ name: 'registry' }],
    },
  }),
  row({ title: 'of the Classic profile', labels: { sidecar: 'classic' } }),
  row({
    title: 'of the Classic profile, with everything',
    labels: { sidecar: 'classic' },
    metadata: GENERATED,
    spec: {
      initContainers: [{ name: 'migrate', image: 'registry.example/migrate:1', readinessProbe: undefined }],
      volumes: [{ name: 'data', emptyDir: {} }],
      terminationGracePeriodSeconds: 5,
    },
  }),
  row({
    title: 'of the Classic profile, in the namespace of another',
    namespace: 'plain',
    labels: { sidecar: 'classic' },
  }),
  row({ title: 'with all that an API server takes', labels: LABELS, spec: { containers: CROWD, volumes: VOLUMES } }),
  row({ title: 'of the plain profile', namespace: 'plain' }),
  row({ title: 'of the plain profile, bare', namespace: 'plain', owner: 'none' }),
  row({
    title: 'of the plain profile, bare, with a generated name',
    namespace: 'plain',
    owner: 'none',
    metadata: GENERATED,
  }),
  row({
    title: 'of the plain profile, with a tcpSocket probe, as user 1337',
    namespace: 'plain',
    spec: {
      containers: [{ ...APP, readinessProbe: { tcpSocket: { port: 80 } }, securityContext: { runAsUser: 1337 } }],
    },
  }),
];

/** Pods that are left alone although they ask, so that the final state refuses them; the webhook injects or refuses them. */
export const REFUSED: readonly FallbackRow[] = [
  row({ title: 'that sets an amount of its sidecar', annotations: { 'sidecar.istio.io/proxyCPU': '200m' } }),
  row({ title: 'that sets what cannot be read', annotations: { 'sidecar.istio.io/proxyCPU': 'all' } }),
  row({ title: 'that excludes a port', annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }),
  row({ title: 'that names what it calls', annotations: { 'pillion.io/depends-on': 'inventory' } }),
  row({ title: 'with a container of ours', spec: { containers: [APP, { name: SIDECAR, image: 'auto' }] } }),
  row({ title: 'with a sidecar of its own', spec: { containers: [APP, { name: SIDECAR, image: 'a' }] } }),
  row({ title: 'with a volume of ours', spec: { volumes: [{ name: 'pillion-envoy-run', emptyDir: {} }] } }),
  row({ title: 'with a port of ours', spec: { containers: [{ ...APP, ports: [{ containerPort: 15021 }] }] } }),
  row({ title: 'that runs as our user', spec: { securityContext: { runAsUser: 1337 } } }),
  row({
    title: 'with a container that does',
    spec: { containers: [{ ...APP, securityContext: { runAsUser: 1337 } }] },
  }),
  row({
    title: 'with a tcpSocket probe',
    spec: { containers: [{ ...APP, livenessProbe: { tcpSocket: { port: 80 } } }] },
  }),
  row({ title: 'without a controller', owner: 'none' }),
  row({ title: 'whose controller has a uid of its own making', owner: { kind: 'ReplicaSet', name: 'web', uid: '1' } }),
  row({ title: 'of a Job, in Classic order', labels: { sidecar: 'classic' }, owner: { kind: 'Job', name: 'a' } }),
  row({
    title: 'without the time to drain',
    labels: { sidecar: 'classic' },
    spec: { terminationGracePeriodSeconds: 4 },
  }),
  row({ title: 'with a copied configuration', annotations: { 'pillion.io/envoy-config': 'admin: {}' } }),
  row({ title: 'with a copied status', annotations: { 'pillion.io/status': '{"recordId":"0123456789abcdef"}' } }),
];

const silent = { metadata: { annotations: undefined } };

/** Pods that start as they are, with the webhook and without. */
export const UNTOUCHED: readonly FallbackRow[] = [
  row({ title: 'that does not ask', ...silent }),
  row({ title: 'that says no', annotations: { [MARK]: 'false' } }),
  row({ title: 'whose label says no', labels: { [MARK]: 'false' } }),
  row({ title: 'that neverInject selects', ...silent, labels: { tier: 'data', mesh: 'always' } }),
  row({ title: 'on the host network', spec: { hostNetwork: true } }),
  row({ title: 'on Windows', spec: { os: { name: 'windows' } } }),
  row({
    title: 'that mirrors a static pod',
    annotations: { 'kubernetes.io/config.mirror': 'x' },
    spec: { nodeName: 'node-1' },
  }),
  row({ title: 'in a namespace that is not open', namespace: 'closed' }),
  row({ title: 'in a protected namespace', namespace: 'pillion-system' }),
  row({ title: 'of an exclusion', labels: { app: 'legacy' } }),
  row({ title: 'of an exclusion for one namespace', namespace: 'plain', labels: { tier: 'edge' } }),
  row({ title: 'of another mesh', spec: { containers: [APP, { name: 'linkerd-proxy', image: 'a' }] } }),
];
