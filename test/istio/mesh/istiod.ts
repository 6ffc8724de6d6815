import { ISTIOD_IMAGE } from './images.ts';

export const ISTIO_NAMESPACE = 'istio-system';

const named = (kind: string, name: string) => ({ kind, metadata: { name, namespace: ISTIO_NAMESPACE } });
const LABELS = { app: 'istiod' };
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** What lets an Envoy without Istio’s own filters take istiod’s configuration. */
const FOR_UPSTREAM_ENVOY = [
  { name: 'PILOT_ENABLE_METADATA_EXCHANGE', value: 'false' },
  { name: 'PILOT_ENABLE_ALPN_FILTER', value: 'false' },
];
/** A sidecar says of each request how it ended, as one line of JSON. */
const MESH = {
  defaultProviders: { metrics: [] },
  accessLogFile: '/dev/stdout',
  accessLogEncoding: 'JSON',
};

/** An istiod without its own injection: one pod that may do everything. */
export const ISTIOD: readonly object[] = [
  { apiVersion: 'v1', ...named('ConfigMap', 'istio'), data: { mesh: JSON.stringify(MESH) } },
  { apiVersion: 'v1', ...named('ServiceAccount', 'istiod') },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'istiod' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'istiod', namespace: ISTIO_NAMESPACE }],
  },
  {
    apiVersion: 'v1',
    ...named('Service', 'istiod'),
    spec: { selector: LABELS, ports: [{ name: 'https-dns', port: 15_012 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...named('Pod', 'istiod').metadata, labels: LABELS },
    spec: {
      serviceAccountName: 'istiod',
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'discovery',
          image: ISTIOD_IMAGE,
          args: ['discovery', '--domain=cluster.local', '--keepaliveMaxServerConnectionAge=30m'],
          env: [
            field('POD_NAME', 'metadata.name'),
            field('POD_NAMESPACE', 'metadata.namespace'),
            field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
            { name: 'CLUSTER_ID', value: 'Kubernetes' },
            { name: 'INJECTION_WEBHOOK_CONFIG_NAME', value: '' },
            { name: 'VALIDATION_WEBHOOK_CONFIG_NAME', value: '' },
            ...FOR_UPSTREAM_ENVOY,
          ],
          readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'mesh', mountPath: '/etc/istio/config', readOnly: true },
            { name: 'istio-token', mountPath: '/var/run/secrets/tokens', readOnly: true },
            { name: 'local-certs', mountPath: '/var/run/secrets/istio-dns' },
          ],
        },
      ],
      volumes: [
        { name: 'mesh', configMap: { name: 'istio' } },
        { name: 'local-certs', emptyDir: {} },
        {
          name: 'istio-token',
          projected: {
            sources: [
              { serviceAccountToken: { audience: 'istio-ca', expirationSeconds: 43_200, path: 'istio-token' } },
            ],
          },
        },
      ],
    },
  },
];
