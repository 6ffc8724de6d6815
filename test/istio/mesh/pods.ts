import type { Json, PodJson } from '../../core-fixtures/pods.ts';
import { MARK } from '../../core-fixtures/pods.ts';
import { APPLICATION_IMAGE } from './images.ts';

/** A pod with the application, under a ServiceAccount; it asks for a sidecar. */
export const applicationPod = (
  namespace: string,
  name: string,
  { labels = { app: name }, account = name }: { readonly labels?: Json; readonly account?: string } = {},
): PodJson => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: labels as Record<string, string>, annotations: { [MARK]: 'true' } },
  spec: {
    serviceAccountName: account,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'app',
        image: APPLICATION_IMAGE,
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
      },
    ],
  },
});

/** A pod that is a gateway of Istio once its injector has filled it in, as Istio’s own chart of gateways writes it. */
export const gatewayPod = (namespace: string, name: string, labels: Readonly<Record<string, string>>): PodJson => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ name, namespace },
    labels: { ...labels, [MARK]: 'true' },
    annotations: { 'inject.istio.io/templates': 'gateway' },
  },
  spec: {
    serviceAccountName: name,
    terminationGracePeriodSeconds: 0,
    // it listens on 80 without being root
    securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
    containers: [{ name: 'istio-proxy', image: 'auto' }],
  },
});
