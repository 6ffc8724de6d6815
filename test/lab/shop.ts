import { ASKS } from '../cluster/pods.ts';
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

/** Resolves when pods of the shop are ready. */
export async function shopReady(lab: Lab, ...pods: readonly string[]): Promise<void> {
  await lab.kubectl(
    'wait',
    '-n',
    SHOP,
    '--for=condition=Ready',
    '--timeout=180s',
    ...pods.map((name) => `pod/${name}`),
  );
}
