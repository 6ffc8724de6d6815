export interface PodShape {
  readonly asks: boolean;
  /** Environment variables of its container. */
  readonly variables: number;
}

const TOKEN_VOLUME = 'kube-api-access-x7k2m';

/** A pod as it arrives at the last mutating webhook: defaulted by the API server, with the token that ServiceAccount added. */
export function annotatedPod({ asks, variables }: PodShape): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: 'checkout-6d5f8b7c9d-',
      namespace: 'shop',
      creationTimestamp: null,
      labels: {
        app: 'checkout',
        'app.kubernetes.io/name': 'checkout',
        'app.kubernetes.io/version': '2.14.3',
        'pod-template-hash': '6d5f8b7c9d',
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '9102',
        ...(asks ? { 'sidecar.istio.io/inject': 'true' } : {}),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'checkout-6d5f8b7c9d',
          uid: '0d0f7a37-0c54-4a0e-9c43-1f9a6f2c7a55',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      volumes: [
        { name: 'settings', configMap: { name: 'checkout-settings', defaultMode: 420 } },
        { name: 'scratch', emptyDir: {} },
        tokenVolume,
      ],
      containers: [application(variables)],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'checkout',
      serviceAccount: 'checkout',
      securityContext: { runAsUser: 10001, runAsNonRoot: true, fsGroup: 10001 },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
}

const tokenVolume = {
  name: TOKEN_VOLUME,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  },
};

function application(variables: number): object {
  const probe = {
    httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  return {
    name: 'checkout',
    image: 'registry.example/shop/checkout:2.14.3',
    ports: [
      { name: 'http', containerPort: 8080, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9102, protocol: 'TCP' },
    ],
    env: Array.from({ length: variables }, (_, index) => ({ name: `SETTING_${index}`, value: 'a' })),
    resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '250m', memory: '256Mi' } },
    volumeMounts: [
      { name: 'settings', readOnly: true, mountPath: '/etc/checkout' },
      { name: 'scratch', mountPath: '/tmp' },
      { name: TOKEN_VOLUME, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
    livenessProbe: probe,
    readinessProbe: { ...probe, httpGet: { ...probe.httpGet, path: '/ready' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  };
}
