import { type ObjectSource, objectSource, type PolicyKind } from '../../core/policy/policy-objects.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

const GROUP = 'pillion.io';
const VERSION = 'v1alpha1';

/** The plurals under which the API server serves the kinds that make up the policy. */
export const PLURALS = {
  InjectionPolicy: 'injectionpolicies',
  SidecarProfile: 'sidecarprofiles',
  RolloutPlan: 'rolloutplans',
} as const satisfies Record<PolicyKind, string>;

/** Where the API server serves the objects of a kind. */
export const collectionOf = (kind: PolicyKind): string => `/apis/${GROUP}/${VERSION}/${PLURALS[kind]}`;

/** Where it serves one of them. */
export const pathOf = ({ kind, name }: Pick<ObjectSource, 'kind' | 'name'>): string =>
  `${collectionOf(kind)}/${encodeURIComponent(name)}`;

/** An object of the policy as it stands. */
export interface StandingPolicyObject {
  readonly source: ObjectSource;
  readonly metadata: ObjectMetadata;
  readonly status: unknown;
}

/** What they say. */
export const sourcesOf = (standing: readonly StandingPolicyObject[]): readonly ObjectSource[] =>
  standing.map(({ source }) => source);

/** Reads every object of the policy. */
export type ReadPolicyObjects = (signal?: AbortSignal) => Promise<readonly StandingPolicyObject[]>;

interface Listed {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly { readonly metadata: ObjectMetadata; readonly status?: unknown }[];
}

// a policy names a handful of profiles, and of policies eight shadows count: more would be somebody’s fault, and cost memory
const MOST_OBJECTS = 500;

/**
 * A function that reads all objects of the policy. What is as it was when it was read before is the same source, so that nobody judges it
 * again.
 * @returns a function that throws Fault PIL002 where the definitions are missing or of another version, and there are too many objects;
 * ApiError, ClusterUnreachable
 */
export function policyObjectsReader(transport: KubeTransport): ReadPolicyObjects {
  let known = new Map<string, ObjectSource>();
  return async (signal) => {
    const lists = await Promise.allSettled(
      (['SidecarProfile', 'InjectionPolicy', 'RolloutPlan'] as const).map((kind) =>
        listed(transport, kind, known, signal),
      ),
    );
    const objects = everyList(lists).flat();
    known = new Map(objects.map(({ source }) => [source.file, source]));
    return objects;
  };
}

/** The lists; where several are refused, all of it is told at once: whoever installs one definition would be sent for the next. */
function everyList<T>(settled: readonly PromiseSettledResult<T>[]): readonly T[] {
  const failures = settled.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);
  const refusals = failures.filter((failure) => failure instanceof Fault);
  if (failures.length > refusals.length) throw failures.find((failure) => !(failure instanceof Fault));
  if (refusals.length > 0)
    throw new Fault(
      'PIL002',
      refusals.flatMap(({ problems }) => problems),
    );
  return settled.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
}

async function listed(
  transport: KubeTransport,
  kind: PolicyKind,
  known: ReadonlyMap<string, ObjectSource>,
  signal: AbortSignal | undefined,
): Promise<StandingPolicyObject[]> {
  const list = await readJson<Listed>(transport, `${collectionOf(kind)}?limit=${MOST_OBJECTS}`, signal);
  // an upgrade by Helm leaves out definitions that are new: without that of plans there is none, and all else goes on
  if (list === undefined && kind === 'RolloutPlan') return [];
  if (list === undefined) throw await notServed(transport, kind, signal);
  if (list.metadata.continue)
    throw refused(PLURALS[kind], `are more than ${MOST_OBJECTS}, and none is read; delete those that no policy needs`);
  return list.items.map((item) => {
    const source = objectSource(kind, item.metadata.name, item);
    const before = known.get(source.file);
    return {
      source: before?.text === source.text ? before : source,
      metadata: item.metadata,
      status: item.status,
    };
  });
}

/** Why a kind is not served, and what to do. */
async function notServed(transport: KubeTransport, kind: PolicyKind, signal?: AbortSignal): Promise<Fault> {
  const group = await readJson<{ readonly versions?: readonly { readonly version: string }[] }>(
    transport,
    `/apis/${GROUP}`,
    signal,
  );
  const served = (group?.versions ?? []).map(({ version }) => version);
  const definition = `CustomResourceDefinition ${PLURALS[kind]}.${GROUP}`;
  const apply = 'kubectl apply --server-side -f charts/pillion/crds';
  if (served.length === 0 || served.includes(VERSION)) return refused(definition, `is not there; install it: ${apply}`);
  const said = `does not serve the version ${VERSION}, only ${served.join(', ')}`;
  return refused(
    definition,
    `${said}; run a Pillion that knows it, or go back to the definitions of this one: ${apply}`,
  );
}

const refused = (file: string, message: string): Fault => new Fault('PIL002', [{ file, path: '', message }]);
