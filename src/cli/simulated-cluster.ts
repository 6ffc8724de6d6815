import { listWorkloads } from '../cluster/listed-workloads.ts';
import { pagedList } from '../cluster/paged-list.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { allKnown, type KnownLabels, NOTHING_KNOWN } from '../core/simulation/known-labels.ts';
import type { Tally } from '../core/simulation/tally.ts';
import { clusterServices } from './cluster-services.ts';
import type { Environment } from './environment.ts';
import { addWorkload, type Policies, type Surroundings } from './simulated-objects.ts';

type Terminal = Pick<Environment, 'stderr' | 'colour' | 'now'>;

/**
 * Adds what both policies decide about every workload of a cluster and every pod that belongs to none. Page by page: a cluster may hold
 * more than fits into memory.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function simulateCluster(
  transport: KubeTransport,
  policies: Policies,
  terminal: Terminal,
  tally: Tally,
): Promise<void> {
  const surroundings = await surroundingsIn(transport, policies, terminal);
  let examined = 0;
  const progress = terminal.colour ? terminal.stderr : () => {};
  await listWorkloads(transport, undefined, (object) => {
    addWorkload(object, policies, surroundings, tally);
    examined += 1;
    if (examined % TOLD_EVERY === 0) progress(`\r${examined} workloads examined`);
  });
  if (examined >= TOLD_EVERY) progress('\r\u001b[K');
}

const TOLD_EVERY = 100;

/** The namespaces of the cluster, and the Services that say something about their traffic. */
async function surroundingsIn(transport: KubeTransport, policies: Policies, terminal: Terminal): Promise<Surroundings> {
  const namespaces = new Map<string, KnownLabels>();
  await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LISTED_WITHIN_MS), ({ name, labels = {} }) =>
    namespaces.set(name, allKnown(labels)),
  );
  const servicesUnder = await clusterServices(transport, terminal);
  return {
    services: { before: servicesUnder(policies.before), after: servicesUnder(policies.after) },
    labelsOf: (name) => namespaces.get(name) ?? NOTHING_KNOWN,
    defaultNamespace: '',
  };
}

// metadata of 10,000 namespaces takes a few seconds
const LISTED_WITHIN_MS = 120_000;
