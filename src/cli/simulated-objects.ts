import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import { type Owner, ownerOf } from '../core/kubernetes/owner.ts';
import { readPod } from '../core/kubernetes/pod.ts';
import { podCountOf } from '../core/kubernetes/pod-count.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { OfflineNamespaces } from '../core/namespaces/offline-namespaces.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import { allKnown, type KnownLabels, NOTHING_KNOWN } from '../core/simulation/known-labels.ts';
import { simulatePod } from '../core/simulation/simulate-pod.ts';
import type { Tally } from '../core/simulation/tally.ts';
import { judgeOf, readServices } from '../core/traffic/read-services.ts';
import type { TrafficServices } from '../core/traffic/traffic-services.ts';
import { noWorkloads } from './offline-context.ts';

/** The policies that are compared. */
export interface Policies {
  readonly before: ActivePolicy;
  readonly after: ActivePolicy;
}

/** The flags by which files of manifests are told apart from what they leave out. */
interface ManifestFlags {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly namespaceLabel?: string[];
}

/** What decisions about workloads are made under, beside the policy. */
export interface Surroundings {
  /** As each policy judges what they say. */
  readonly services: { readonly [side in keyof Policies]: TrafficServices };
  labelsOf(namespace: string): KnownLabels;
  /** For objects that name no namespace. */
  readonly defaultNamespace: string;
}

/** Adds what both policies decide about the pods of a workload; says whether it is one. */
export function addWorkload(value: unknown, policies: Policies, surroundings: Surroundings, tally: Tally): boolean {
  const workload = podOfWorkload(value);
  if (workload === undefined) return false;
  const { services, labelsOf, defaultNamespace } = surroundings;
  const { kind, name, namespace = defaultNamespace, pod } = workload;
  const common = { pod, namespace: { name: namespace, known: labelsOf(namespace) }, asWritten: true };
  const before = simulatePod({ ...common, services: services.before }, policies.before);
  const after = simulatePod({ ...common, services: services.after }, policies.after);
  const owner = kind === 'Pod' ? ownerIn(pod) : undefined;
  tally.add({ namespace, kind, name, ...owner, pods: podCountOf(value) }, before, after);
  return true;
}

function ownerIn(object: unknown): Pick<Owner, 'kind' | 'name'> | undefined {
  const read = readPod(object);
  const owner = 'pod' in read ? ownerOf(read.pod) : undefined;
  return owner && { kind: owner.kind, name: owner.name };
}

/**
 * Adds what both policies decide about the pods of every workload in files.
 * @throws Fault PIL002 for what a Service among them says and the webhook would not accept, PIL003, PIL004
 */
export function simulateManifests(
  objects: readonly ManifestObject[],
  policies: Policies,
  flags: ManifestFlags,
  now: Date,
  tally: Tally,
): void {
  const values = objects.map(({ value }) => value);
  const namespaces = new OfflineNamespaces(values, flags.namespaceLabel ?? []);
  const servicesUnder = (policy: ActivePolicy) => {
    const { services, problems } = readServices(objects, flags.namespace, judgeOf(policy, now));
    if (problems.length > 0) throw new Fault('PIL002', problems);
    return services;
  };
  const surroundings = {
    services: { before: servicesUnder(policies.before), after: servicesUnder(policies.after) },
    labelsOf: (name: string) => (namespaces.knows(name) ? allKnown(namespaces.get(name).labels) : NOTHING_KNOWN),
    defaultNamespace: flags.namespace,
  };
  const added = values.filter((value) => addWorkload(value, policies, surroundings, tally));
  if (added.length === 0) throw noWorkloads(flags.file);
}
