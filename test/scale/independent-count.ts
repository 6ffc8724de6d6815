/** A pod, or a namespace, as kubectl prints it. */
interface Shown {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly creationTimestamp: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status: { readonly phase?: string };
}

/** The figures of pods or workloads: eligible, opted in, injected, stale, incompatible. */
export type Figures = readonly [number, number, number, number, number];

/** By `namespace/squad`, with pods and workloads. */
export type Counted = Readonly<Record<string, { readonly pods: Figures; readonly workloads: Figures }>>;

/**
 * Counts what `kubectl get pods -A -o json` and `kubectl get namespaces -o json` print, under the built-in policy and for pods of Deployments:
 * with nothing of the product, which is compared with it.
 */
export function independentCount(pods: string, namespaces: string): Counted {
  const open = new Set(
    itemsOf(namespaces)
      .filter(({ metadata }) => metadata.labels?.['istio-injection'] === 'enabled')
      .map(({ metadata }) => metadata.name),
  );
  const running = itemsOf(pods).filter(
    ({ metadata, spec, status }) =>
      metadata.deletionTimestamp === undefined &&
      status.phase !== 'Succeeded' &&
      status.phase !== 'Failed' &&
      spec.hostNetwork !== true &&
      !/^(kube-|pillion-system$)/.test(metadata.namespace ?? ''),
  );
  const groups = new Map<string, { pods: Figures; workloads: Map<string, Figures> }>();
  for (const pod of running) {
    const { namespace = '', labels = {} } = pod.metadata;
    const key = `${namespace}/${labels['pillion.io/squad'] ?? ''}`;
    const group = groups.get(key) ?? { pods: [0, 0, 0, 0, 0], workloads: new Map() };
    const figures = figuresOf(pod, open);
    group.pods = sum(group.pods, figures);
    const [owner] = pod.metadata.ownerReferences ?? [];
    const workload = owner?.name.replace(/-[^-]+$/, '') ?? pod.metadata.name;
    group.workloads.set(workload, sum(group.workloads.get(workload) ?? [0, 0, 0, 0, 0], figures));
    groups.set(key, group);
  }
  return Object.fromEntries(
    [...groups].map(([key, group]) => [
      key,
      {
        pods: group.pods,
        workloads: [...group.workloads.values()]
          .map(
            ([all, asks, carries, stale, unfit]): Figures => [
              1,
              +(asks > 0),
              +(carries === all),
              +(stale > 0),
              +(unfit > 0),
            ],
          )
          .reduce(sum),
      },
    ]),
  );
}

function figuresOf({ metadata, spec }: Shown, open: ReadonlySet<string>): Figures {
  const { namespace = '', labels, annotations } = metadata;
  const names = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map(({ name }) => name);
  const rival = names.includes('linkerd-proxy');
  const mark = labels?.['sidecar.istio.io/inject'] ?? annotations?.['sidecar.istio.io/inject'];
  const wanted = open.has(namespace) && mark === 'true' && !rival;
  const carries = names.includes('istio-proxy');
  return [1, +wanted, +carries, +(carries && !wanted), +rival];
}

const sum = (one: Figures, other: Figures): Figures =>
  one.map((value, at) => value + (other[at] ?? 0)) as unknown as Figures;
const itemsOf = (list: string): readonly Shown[] => (JSON.parse(list) as { readonly items: readonly Shown[] }).items;
