import { readFile } from 'node:fs/promises';
import { eventually } from '../../cluster/eventually.ts';
import { call } from '../../lab/counted.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import type { World } from './world.ts';

/** What became of requests. */
export interface Answers {
  readonly statuses: Readonly<Record<string, number>>;
  /** How many each pod answered. */
  readonly pods: Readonly<Record<string, number>>;
  /** How long the slowest took. */
  readonly seconds: number;
}

export interface Requests {
  readonly count?: number;
  readonly atOnce?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller, unless told otherwise. */
  readonly from?: PodWorker;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One look at a service. */
export interface Scene extends World {
  /** The pods of the service, then the others that its values name. */
  readonly pods: readonly PodWorker[];
  readonly url: string;
  /** Sends requests to the service. */
  requests(path: string, more?: Requests): Promise<Answers>;
  /** One request, also to somebody else; what there was in place of an answer, as a word. */
  answer(from: PodWorker, url: string, method: string, headers?: object): Promise<Answer | string>;
  /** How many requests whose method and path match each pod has got since the look began. */
  arrived(pattern: RegExp): Promise<readonly number[]>;
  /** What the caller’s sidecar has written down about requests that did not go as usual: each of Envoy’s response flags once. */
  flags(): Promise<readonly string[]>;
}

/** Begins to look. */
export async function openScene(world: World, url: string, pods: readonly PodWorker[]): Promise<Scene> {
  const { mesh, caller } = world;
  const began = await Promise.all(pods.map(async (pod) => (await outputOf(pod, 'app')).length));
  const saidBefore = (await outputOf(caller, 'istio-proxy')).length;
  let asked = 0;
  return {
    ...{ ...world, url, pods },
    async requests(path, { count = 1, atOnce = 1, method = 'GET', headers = {}, from = caller } = {}) {
      if (from === caller) asked += count;
      const words = [url + path, String(count), String(atOnce), method, JSON.stringify(headers)];
      const { statuses, pods: by, ms } = await call(mesh, from, 'requests', ...words);
      // a timer of another process may be some milliseconds early
      const seconds = Math.floor((Math.max(...(ms as readonly number[])) + 50) / 1_000);
      return { statuses, pods: by, seconds } as Answers;
    },
    async answer(from, to, method, headers = {}) {
      const { error, ...answer } = await call(mesh, from, 'headed', to, method, JSON.stringify(headers));
      return error === undefined ? (answer as unknown as Answer) : String(error);
    },
    arrived: (pattern) =>
      Promise.all(
        pods.map(async (pod, index) => {
          const lines = (await outputOf(pod, 'app')).slice(began[index]).split('\n');
          return lines.filter((line) => line.startsWith('request ') && pattern.test(line.slice('request '.length)))
            .length;
        }),
      ),
    async flags() {
      const { host } = new URL(url);
      let lines: readonly LogLine[] = [];
      await eventually('the sidecar has written down every request', async () => {
        const said = (await outputOf(caller, 'istio-proxy')).slice(saidBefore);
        lines = logLines(said).filter(({ authority }) => authority === host);
        return lines.length >= asked;
      });
      return [...new Set(lines.map(({ response_flags }) => response_flags))].filter((flags) => flags !== '-').sort();
    },
  };
}

/** The first pod of the service answers work with this status from now on. */
export async function become({ mesh, pods: [pod] }: Scene, status: number): Promise<void> {
  if (pod === undefined) throw new Error('the service has no pod');
  await call(mesh, pod, 'http', `http://127.0.0.1:8080/become/${status}`);
}

interface LogLine {
  readonly authority: string;
  readonly response_flags: string;
}

const logLines = (text: string): readonly LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));

const outputOf = (pod: PodWorker, container: string): Promise<string> => readFile(pod.logOf(container), 'utf8');
