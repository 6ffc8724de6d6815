import type { PolicyView } from '../../core/dashboard/policy.ts';
import { policyViewOf } from '../../core/dashboard/policy-of.ts';
import { isoDay, isoTime } from '../../core/json/iso-time.ts';
import { BUILT_IN } from '../../core/policy/built-in-sources.ts';
import { loadPolicy } from '../../core/policy/load.ts';
import { ACTIVE_POLICY } from '../../core/policy/policy-objects.ts';
import { Fault } from '../../core/problem/faults.ts';
import { readHistory } from '../policy-objects/history.ts';
import type { StandingPolicyObject } from '../policy-objects/standing-objects.ts';
import { toldEntries } from '../policy-objects/told-history.ts';
import { standingConditions } from '../policy-objects/written-status.ts';
import type { DashboardSources } from './dashboard-sources.ts';
import type { KnownPolicyParts } from './policy-in-force.ts';
import { shadowCounts } from './shadow-counts.ts';
import { Remarks } from './what-failed.ts';

/**
 * Reads everything about the policy in force.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readPolicyView(
  sources: DashboardSources,
  partsOf: () => Promise<KnownPolicyParts>,
): Promise<PolicyView> {
  const { transport, snapshot, place, files, now } = sources;
  const remarks = new Remarks();
  const { policy: active, shadows = [] } = snapshot();
  const { profiles = [], standing = [] } = (await remarks.unless('the objects of the policy', partsOf)) ?? {};
  const entries = (await remarks.unless('the history of the policy', () => readHistory(transport, place))) ?? [];
  const written = standing.find(({ source }) => source.kind === 'InjectionPolicy' && source.name === ACTIVE_POLICY);
  if (files !== undefined && shadows.length > 0)
    remarks.add({
      what: 'what policies in mode Shadow say is counted in their status, which files have not',
      next: 'pillion policy shadow -f LOG counts it in the log of records.',
    });
  return policyViewOf({
    active,
    source: sourceText(sources, written),
    builtIn: builtInSpec(sources),
    problems: standing.flatMap(refusedIn),
    profiles,
    shadows: shadowCounts(shadows, standing),
    history: toldEntries(entries, standing),
    asOf: isoTime(now()),
    remarks: remarks.all,
  });
}

function sourceText({ files, snapshot }: DashboardSources, written: StandingPolicyObject | undefined): string {
  if (files !== undefined) return files.files.length === 0 ? 'built in' : `files: ${files.files.join(', ')}`;
  return written === undefined ? 'built in' : `InjectionPolicy ${snapshot().policy.name}`;
}

/** Why an object does not count, by what replicas wrote into its status. */
const refusedIn = (object: StandingPolicyObject): readonly string[] =>
  standingConditions(object)
    .filter(({ type, status }) => type === 'Accepted' && status === 'False')
    .map(({ message }) => `${object.source.file}: ${message}`);

function builtInSpec({ place, now }: DashboardSources) {
  const loaded = loadPolicy(BUILT_IN, { ownNamespace: place.namespace, today: isoDay(now()) });
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  return loaded.active.spec;
}
