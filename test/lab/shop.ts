import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { call } from './counted.ts';
import { ENABLED, type Lab, type LabOptions, startLab } from './lab.ts';

export const SHOP = 'shop';

/** A pod of the lab with one container, `app`. */
export function shopPod(
  name: string,
  image: string,
  more: {
    readonly namespace?: string;
    readonly annotations?: object;
    readonly container?: object;
    readonly spec?: object;
  } = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: more.namespace ?? SHOP,
      labels: { app: name },
      annotations: { ...ASKS, ...more.annotations },
    },
    spec: {
      terminationGracePeriodSeconds: 5,
      ...more.spec,
      containers: [{ name: 'app', image, ...more.container }],
    },
  };
}

/** A Service of both families in front of the pod of the same name. */
export function shopService(pod: string, name: string, more: object = {}): object {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'echo', port: 9000 },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: SHOP },
    spec: { ipFamilyPolicy: 'RequireDualStack', selector: { app: pod }, ports, ...more },
  };
}

/** A lab with the namespace of the shop. */
export const startShop = (options: LabOptions = {}): Promise<Lab> =>
  startLab({ ...options, namespaces: { [SHOP]: ENABLED, ...options.namespaces } });

/** Whether the HTTP of an application is answered over its own loopback, where no sidecar counts it. */
export const listens = (lab: Lab, pod: PodWorker): Promise<boolean> =>
  call(lab, pod, 'http', 'http://127.0.0.1:8080/status/200').then(
    ({ status }) => status === 200,
    () => false,
  );

const LISTENING: ReadonlySet<string | undefined> = new Set(['lab/all', 'lab/http']);

/** Resolves when pods of the shop are ready: without a probe, when their application is answered, which listens a moment after it runs. */
export async function shopReady(lab: Lab, ...pods: readonly string[]): Promise<void> {
  await lab.kubectl(
    'wait',
    '-n',
    SHOP,
    '--for=condition=Ready',
    '--timeout=180s',
    ...pods.map((name) => `pod/${name}`),
  );
  for (const pod of pods.map((name) => lab.pod(SHOP, name))) {
    const app = pod.pod.spec?.containers.find(({ name }) => name === 'app');
    if (LISTENING.has(app?.image) && app?.readinessProbe === undefined)
      await eventually('the application listens', () => listens(lab, pod));
  }
}
