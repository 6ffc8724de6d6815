import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { LoadedPolicy, Source } from '../../core/policy/load.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { pagedList } from '../paged-list.ts';
import { readJson } from '../read-json.ts';
import type { StandingObject } from '../registration/manual-judgement.ts';
import { collectionPath, REGISTERED_KINDS } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';

/** The installation that is examined, and how. */
export interface PatientOptions {
  readonly transport: KubeTransport;
  readonly installation: string;
  readonly namespace: string;
  /** Where a pod is tried out; the first namespaces that opted in unless told. */
  readonly tryIn?: string;
  readonly now: () => Date;
  /** How the texts of a policy become one, the built-in ones included. */
  readonly load: (sources: readonly Source[]) => LoadedPolicy;
}

/** The Deployment of an installation, as far as it is read. */
export interface Deployment {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: {
      readonly spec: { readonly volumes?: readonly { readonly secret?: { readonly secretName?: string } }[] };
    };
  };
  readonly status?: { readonly readyReplicas?: number };
}

/**
 * What the checks look at. What several of them need is read once.
 * Every reading throws ApiError, ClusterUnreachable or TimeoutError.
 */
export class Patient {
  readonly transport: KubeTransport;
  readonly installation: string;
  readonly namespace: string;
  readonly tryIn: string | undefined;
  readonly now: () => Date;
  /** The policy that the ConfigMap of the installation holds, or the built-in one. Throws Error when it is refused. */
  readonly policy: () => Promise<ActivePolicy>;
  readonly deployment: () => Promise<Deployment | undefined>;
  /** Every object of the kinds that are registered, whoever made it; each with its kind. */
  readonly configurations: () => Promise<readonly (StandingObject & { readonly kind: string })[]>;
  readonly namespaces: () => Promise<readonly Namespace[]>;

  constructor({ transport, installation, namespace, tryIn, now, load }: PatientOptions) {
    this.transport = transport;
    this.installation = installation;
    this.namespace = namespace;
    this.tryIn = tryIn;
    this.now = now;
    this.policy = once(async () => {
      const configMap = await this.own<{ readonly data?: Readonly<Record<string, string>> }>(
        '/api/v1',
        'configmaps',
        `${installation}-policy`,
      );
      const text = configMap?.data?.['policy.yaml'];
      const loaded = load(text === undefined ? [] : [{ file: `ConfigMap ${namespace}/${installation}-policy`, text }]);
      if ('problems' in loaded) throw new Error(loaded.problems.map(problemLine).join('; '));
      return loaded.active;
    });
    this.deployment = once(() => this.own<Deployment>('/apis/apps/v1', 'deployments', installation));
    this.configurations = once(async () => {
      const lists = REGISTERED_KINDS.map(async (kind) => {
        const list = await readJson<{ readonly items: readonly StandingObject[] }>(transport, collectionPath(kind));
        return (list?.items ?? []).map((object) => ({ ...object, kind }));
      });
      return (await Promise.all(lists)).flat();
    });
    this.namespaces = once(async () => {
      const all: Namespace[] = [];
      await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LIST_WITHIN_MS), ({ name, labels = {} }) => {
        all.push({ name, labels });
      });
      return all;
    });
  }

  /** An object of the installation's own namespace; undefined when there is none. */
  own<T>(group: string, resource: string, name: string): Promise<T | undefined> {
    return readJson<T>(this.transport, `${group}/namespaces/${this.namespace}/${resource}/${name}`);
  }
}

// 10,000 namespaces are 20 pages
const LIST_WITHIN_MS = 60_000;

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
