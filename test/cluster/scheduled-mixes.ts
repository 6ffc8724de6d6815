/** What one container asks for: nothing, or CPU and memory. */
type Asked = readonly [cpu: string, memory: string] | undefined;

/** Nodes that are alike, and pods that are not. */
export interface Mix {
  readonly node: { readonly cpu: string; readonly memory: string; readonly pods: string };
  /** Fewer nodes than the pods need. */
  readonly few: number;
  readonly count: number;
  /** Of the application, one after the other. */
  readonly sizes: readonly Asked[];
  /** Of a sidecar that starts before it, where there is one. */
  readonly sidecar?: Asked;
}

export const MIXES: Readonly<Record<string, Mix>> = {
  varied: {
    node: { cpu: '8', memory: '32Gi', pods: '110' },
    few: 20,
    count: 300,
    sizes: [
      ['100m', '128Mi'],
      ['250m', '512Mi'],
      ['2', '4Gi'],
      ['500m', '1Gi'],
      ['150m', '3Gi'],
      ['1500m', '1Gi'],
      ['50m', '64Mi'],
    ],
  },
  memory: {
    node: { cpu: '3920m', memory: '14Gi', pods: '110' },
    few: 22,
    count: 320,
    sizes: [['50m', '1536Mi'], ['100m', '700Mi'], undefined, ['300m', '3Gi'], ['20m', '256Mi']],
  },
  sidecars: {
    node: { cpu: '3920m', memory: '15Gi', pods: '29' },
    few: 18,
    count: 400,
    sizes: [
      ['50m', '128Mi'],
      ['400m', '256Mi'],
      ['20m', '64Mi'],
      ['100m', '2Gi'],
    ],
    sidecar: ['100m', '128Mi'],
  },
};

const container = (name: string, asked: Asked) => ({
  name,
  image: 'nothing',
  ...(asked === undefined ? {} : { resources: { requests: { cpu: asked[0], memory: asked[1] } } }),
});

/** The pods of a mix, in the order in which they are made. */
export const podsOf = ({ count, sizes, sidecar }: Mix) =>
  Array.from({ length: count }, (_, number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${number}` },
    spec: {
      ...(sidecar === undefined
        ? {}
        : { initContainers: [{ ...container('istio-proxy', sidecar), restartPolicy: 'Always' }] }),
      // a stride that is prime to the number of sizes, so that they come mixed
      containers: [container('app', sizes[(number * 5 + (number >> 3)) % sizes.length])],
    },
  }));

/** A node as its kubelet would report it. */
export const nodeLike = ({ node }: Mix, name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { allocatable: node, capacity: node },
});
