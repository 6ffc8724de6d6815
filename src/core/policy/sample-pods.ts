import type { Reason } from '../decision/reasons.ts';
import type { Pod } from '../kubernetes/pod.ts';

/** A pod that a profile is tried on. */
export interface SamplePod {
  /** How messages name it. */
  readonly name: string;
  readonly pod: Pod;
  /** Of its namespace, beside the opt-in. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** A refusal that a profile may choose for such pods. */
  readonly mayRefuse?: Reason;
}

const APP = { name: 'app', image: 'registry.example/app:1' };
const pod = (spec: Partial<Pod['spec']>, metadata: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name: 'sample', labels: { 'sidecar.istio.io/inject': 'true' }, ...metadata },
  spec: { containers: [APP], ...spec },
});
const http = { httpGet: { path: '/healthz', port: 8080 } };
const OWNED_BY_JOB = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'sample', controller: true }];

/** One pod for each thing about pods that a sidecar has to get along with. */
export const SAMPLE_PODS: readonly SamplePod[] = [
  { name: 'plain', pod: pod({}) },
  { name: 'port 8080', pod: pod({ containers: [{ ...APP, ports: [{ name: 'http', containerPort: 8080 }] }] }) },
  {
    name: 'init containers',
    pod: pod({
      initContainers: [
        { name: 'migrate', image: 'registry.example/migrate:1' },
        { name: 'fetch', image: 'registry.example/fetch:1' },
      ],
    }),
  },
  {
    name: 'probes',
    pod: pod({
      containers: [
        { ...APP, ports: [{ containerPort: 8080 }], readinessProbe: http, livenessProbe: http, startupProbe: http },
        { name: 'cache', image: 'registry.example/cache:1', readinessProbe: { grpc: { port: 9090 } } },
      ],
    }),
  },
  {
    name: 'volumes and a token',
    pod: pod({
      volumes: [{ name: 'data' }],
      containers: [{ ...APP, volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      serviceAccountName: 'sample',
    }),
  },
  {
    name: 'user 1000',
    pod: pod({ securityContext: { runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } } }),
  },
  { name: 'slow end', pod: pod({ terminationGracePeriodSeconds: 300 }) },
  {
    name: 'job',
    pod: pod({}, { generateName: 'sample-', ownerReferences: OWNED_BY_JOB }),
    mayRefuse: 'job-needs-native-sidecar',
  },
  {
    name: 'namespace that enforces restricted',
    pod: pod({}),
    namespaceLabels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    mayRefuse: 'pod-security-forbids',
  },
];
