import { isOpenNamespace } from '../../core/decision/opt-in/open-namespace.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { LoadedObjects, ObjectSource } from '../../core/policy/policy-objects.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { pagedList } from '../paged-list.ts';
import { policyObjectsReader, type StandingPolicyObject, sourcesOf } from '../policy-objects/standing-objects.ts';
import { readJson } from '../read-json.ts';
import type { StandingObject } from '../registration/manual-judgement.ts';
import { collectionPath, REGISTERED_KINDS } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';
import { type BarePod, barePods } from './bare-pods.ts';
import { type Serving, type StandingHook, servingOf, standingHooks } from './hooks.ts';

/** The installation that is examined, and how. */
export interface PatientOptions {
  readonly transport: KubeTransport;
  readonly installation: string;
  readonly namespace: string;
  /** The one namespace that is looked at, where a pod is tried out as well; all that opted in unless told. */
  readonly only?: string;
  readonly now: () => Date;
  /** How the objects of a policy become one. */
  readonly load: (objects: readonly ObjectSource[]) => LoadedObjects;
}

/** The Deployment of an installation, as far as it is read. */
export interface Deployment {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: {
        readonly serviceAccountName?: string;
        readonly containers?: readonly { readonly args?: readonly string[] }[];
        readonly volumes?: readonly { readonly secret?: { readonly secretName?: string } }[];
      };
    };
  };
  readonly status?: { readonly readyReplicas?: number };
}

/** A pod of the Deployment. */
export interface ReplicaPod {
  readonly metadata: ObjectMetadata;
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

/**
 * What the checks look at. What several of them need is read once.
 * Every reading throws ApiError, ClusterUnreachable or TimeoutError.
 */
export class Patient {
  readonly transport: KubeTransport;
  readonly installation: string;
  readonly namespace: string;
  readonly only: string | undefined;
  readonly now: () => Date;
  /** The objects of the policy as they stand, each with its status. Throws Fault where they are not served. */
  readonly standing: () => Promise<readonly StandingPolicyObject[]>;
  /** What the InjectionPolicies and SidecarProfiles of the cluster make up. Throws Fault where they are not served. */
  readonly objects: () => Promise<LoadedObjects>;
  /** The policy that decides by them. Throws Error when it is refused. */
  readonly policy: () => Promise<ActivePolicy>;
  readonly deployment: () => Promise<Deployment | undefined>;
  /** Its pods; none where there is no Deployment. */
  readonly replicas: () => Promise<readonly ReplicaPod[]>;
  /** Every object of the kinds that are registered, whoever made it; each with its kind. */
  readonly configurations: () => Promise<readonly (StandingObject & { readonly kind: string })[]>;
  /** The hooks of ours among them. */
  readonly hooks: () => Promise<readonly StandingHook[]>;
  /** What is served where they lead to. */
  readonly serving: () => Promise<Serving>;
  readonly namespaces: () => Promise<readonly Namespace[]>;
  /** Those whose pods get a sidecar when they ask, of those that are looked at. Throws Error when the policy is refused. */
  readonly open: () => Promise<readonly Namespace[]>;
  /** The pods there that ask and carry no sign of a sidecar. */
  readonly bare: () => Promise<readonly BarePod[]>;

  constructor({ transport, installation, namespace, only, now, load }: PatientOptions) {
    this.transport = transport;
    this.installation = installation;
    this.namespace = namespace;
    this.only = only;
    this.now = now;
    this.standing = once(policyObjectsReader(transport));
    this.objects = once(async () => load(sourcesOf(await this.standing())));
    this.policy = once(async () => {
      const loaded = await this.objects().catch((error: unknown) => {
        if (error instanceof Fault) return { problems: error.problems };
        throw error;
      });
      if ('problems' in loaded) throw new Error(loaded.problems.map(problemLine).join('; '));
      return loaded.active;
    });
    this.deployment = once(() => this.own<Deployment>('/apis/apps/v1', 'deployments', installation));
    this.replicas = once(async () => {
      const labels = Object.entries((await this.deployment())?.spec.selector.matchLabels ?? {});
      if (labels.length === 0) return [];
      const query = new URLSearchParams({ labelSelector: labels.map((label) => label.join('=')).join(',') });
      return await this.ownList<ReplicaPod>('/api/v1', `pods?${query}`);
    });
    this.configurations = once(async () => {
      const lists = REGISTERED_KINDS.map(async (kind) => {
        const list = await readJson<{ readonly items: readonly StandingObject[] }>(transport, collectionPath(kind));
        return (list?.items ?? []).map((object) => ({ ...object, kind }));
      });
      return (await Promise.all(lists)).flat();
    });
    this.hooks = once(async () => standingHooks(await this.configurations()));
    this.serving = once(async () => servingOf(transport, await this.hooks(), now));
    this.namespaces = once(async () => {
      const all: Namespace[] = [];
      await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LIST_WITHIN_MS), ({ name, labels = {} }) => {
        all.push({ name, labels });
      });
      return all;
    });
    this.open = once(async () => {
      const policy = await this.policy();
      return (await this.namespaces()).filter(
        (namespace) => isOpenNamespace(namespace, policy) && (only === undefined || namespace.name === only),
      );
    });
    this.bare = once(async () => barePods(transport, await this.open(), await this.policy()));
  }

  /** An object of the installation's own namespace; undefined when there is none. */
  own<T>(group: string, resource: string, name: string): Promise<T | undefined> {
    return readJson<T>(this.transport, `${group}/namespaces/${this.namespace}/${resource}/${name}`);
  }

  /** Every object of a resource in the installation's own namespace, whole. */
  async ownList<T>(group: string, resource: string): Promise<readonly T[]> {
    const path = `${group}/namespaces/${this.namespace}/${resource}`;
    return (await readJson<{ readonly items: readonly T[] }>(this.transport, path))?.items ?? [];
  }

  /** Every object of a resource in the namespaces that are looked at, whole. */
  async everywhere<T>(group: string, resource: string): Promise<readonly T[]> {
    const where = this.only === undefined ? '' : `/namespaces/${encodeURIComponent(this.only)}`;
    return (
      (await readJson<{ readonly items: readonly T[] }>(this.transport, `${group}${where}/${resource}`))?.items ?? []
    );
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
