import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../cluster/eventually.ts';
import { findJaeger } from '../../tools/jaeger.ts';
import { type LabImage, program } from '../images.ts';
import type { Lab } from '../lab.ts';

const IMAGE = 'jaegertracing/jaeger';
const NAMESPACE = 'observability';
const NAME = 'jaeger';

/** Where a profile sends its spans. */
export const COLLECTOR = `${NAME}.${NAMESPACE}:4317`;

/** What a lab with a Jaeger is started with; in its namespace nobody gets a sidecar. */
export const JAEGER_IN_LAB: {
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images: Readonly<Record<string, LabImage>>;
} = {
  namespaces: { [NAMESPACE]: {} },
  images: {
    [IMAGE]: { is: 'Jaeger v2', layOut: async (folder) => program(folder, 'jaeger', await findJaeger()) },
  },
};

/** A span as the query API tells it. */
export interface Span {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
  readonly tags: readonly Tag[];
  /** In microseconds, as `duration`. */
  readonly startTime: number;
  readonly duration: number;
  readonly processID: string;
}

interface Tag {
  readonly key: string;
  readonly value: unknown;
}

export interface Trace {
  readonly traceID: string;
  readonly spans: readonly Span[];
  /** Whose spans they are: the resource of each. */
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: readonly Tag[] }>>;
}

/** A Jaeger as it comes, which keeps traces in memory. */
export interface Jaeger {
  /** The trace of this id; undefined while there is none. */
  trace(id: string): Promise<Trace | undefined>;
  /** The names of those whose spans it has. */
  services(): Promise<readonly string[]>;
}

/** Sidecars send their spans every 5 s. */
export const SENT_MS = 6000;

/** A trace once it has so many spans. */
export async function completeTrace(jaeger: Jaeger, count: number, id: string): Promise<Trace> {
  let found: Trace | undefined;
  await eventually(`the trace ${id} has ${count} spans`, async () => {
    found = await jaeger.trace(id);
    await sleep(200);
    return found?.spans.length === count;
  });
  if (found === undefined) throw new Error(`no trace ${id}`);
  return found;
}

/** Runs one in the lab; resolves when it answers. */
export async function startJaeger(lab: Lab): Promise<Jaeger> {
  const container = { name: NAME, image: IMAGE, env: [{ name: 'JAEGER_LISTEN_HOST', value: '[::]' }] };
  const metadata = { name: NAME, namespace: NAMESPACE };
  await lab.apply(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels: { app: NAME } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ ...container, readinessProbe: { httpGet: { path: '/', port: 16686 }, periodSeconds: 1 } }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: NAME }, ipFamilyPolicy: 'RequireDualStack', ports: [{ name: 'otlp', port: 4317 }] },
    },
  );
  await lab.kubectl('wait', '-n', NAMESPACE, '--for=condition=Ready', '--timeout=180s', `pod/${NAME}`);
  const { ip } = lab.pod(NAMESPACE, NAME);
  const ask = async (path: string) => {
    const answer = (await (await fetch(`http://${ip}:16686/api/${path}`)).json()) as { readonly data: unknown };
    return answer.data ?? [];
  };
  return {
    trace: async (id) => ((await ask(`traces/${id}`)) as readonly Trace[])[0],
    services: async () => (await ask('services')) as readonly string[],
  };
}
