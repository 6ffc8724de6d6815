import type { LoadedPolicy, Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { Backoff } from './backoff.ts';
import { JudgedPolicy, type JudgedPolicyOptions, type ReadPolicy } from './judged-policy.ts';
import { lookWhenTold } from './look-when-told.ts';
import { OneLookAtATime } from './one-look-at-a-time.ts';
import { readJson } from './read-json.ts';
import { RestartingWatch, type RestartingWatchOptions } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';
import { untilAnswered } from './until-answered.ts';

/** A ConfigMap with the policy, and how its text becomes one. */
export interface PolicyInConfigMap {
  readonly configMap: { readonly namespace: string; readonly name: string };
  /** What Pillion brings itself; the ConfigMap hides it. */
  readonly builtIn: readonly Source[];
  readonly load: (sources: readonly Source[]) => LoadedPolicy;
}

/** The key of its data that holds the documents. */
const KEY = 'policy.yaml';

/**
 * Reads the policy of a ConfigMap.
 * @throws Fault PIL002 with every problem, also that there is no such ConfigMap; ApiError, ClusterUnreachable
 */
export async function policyOfConfigMap(
  at: PolicyInConfigMap,
  transport: KubeTransport,
  signal?: AbortSignal,
): Promise<ReadPolicy> {
  const read = () => sourcesOf(at, transport);
  const sources = await sourcesOf(at, transport, signal);
  const loaded = at.load(sources);
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  return { active: loaded.active, sources, read, load: at.load };
}

export interface PolicyConfigMapOptions extends Omit<JudgedPolicyOptions, 'settleMs'> {
  readonly transport: KubeTransport;
  readonly configMap: PolicyInConfigMap['configMap'];
  readonly watchMetrics: RestartingWatchOptions['metrics'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * The ConfigMap of the policy, followed by a watch: every replica sees a change within a moment of the others, where a mounted
 * file is up to a minute late.
 */
export class PolicyConfigMap {
  readonly #watch: RestartingWatch;
  readonly #judge: JudgedPolicy;
  readonly #stop = new AbortController();

  constructor({ transport, configMap, watchMetrics, now, random, ...options }: PolicyConfigMapOptions) {
    const { policy, log } = options;
    const { signal } = this.#stop;
    const read = () => untilAnswered(policy.read, { backoff: new Backoff(random), signal });
    // a ConfigMap changes as a whole: there is no half of a text to wait for
    const judge = new JudgedPolicy({ ...options, policy: { ...policy, read }, settleMs: 0 });
    this.#judge = judge;
    const looks = new OneLookAtATime(() => judge.look());
    const look = () => {
      void judge.lookAhead();
      void looks.look();
    };
    this.#watch = new RestartingWatch({
      transport,
      path: collectionOf(configMap),
      fieldSelector: `metadata.name=${configMap.name}`,
      target: lookWhenTold(look),
      log,
      metrics: watchMetrics,
      now,
      random,
    });
  }

  /** Follows the ConfigMap, from the text on that the policy was loaded from. */
  start(): void {
    this.#watch.start();
  }

  /** Stops following; the active policy stays. */
  close(): void {
    this.#judge.close();
    this.#stop.abort(new Error('the policy is no longer followed'));
    void this.#watch.stop();
  }
}

async function sourcesOf(
  { configMap, builtIn }: PolicyInConfigMap,
  transport: KubeTransport,
  signal?: AbortSignal,
): Promise<readonly Source[]> {
  const { namespace, name } = configMap;
  const path = `${collectionOf(configMap)}/${encodeURIComponent(name)}`;
  const standing = await readJson<{ readonly data?: Readonly<Record<string, string>> }>(transport, path, signal);
  const place = `ConfigMap ${namespace}/${name}`;
  if (standing === undefined) throw refused(place, 'does not exist; create it with the key policy.yaml');
  const { data = {} } = standing;
  const text = Object.hasOwn(data, KEY) ? data[KEY] : undefined;
  // an emptied text must not bring the built-in policy back
  if (text === undefined || text.trim() === '')
    throw refused(place, `has nothing under the key ${KEY}; write an InjectionPolicy or SidecarProfiles there`);
  return [...builtIn, { file: `${place}, ${KEY}`, text }];
}

const refused = (file: string, message: string): Fault => new Fault('PIL002', [{ file, path: '', message }]);

const collectionOf = ({ namespace }: PolicyInConfigMap['configMap']): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
