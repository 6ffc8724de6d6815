import { readHistory } from '../../cluster/policy-objects/history.ts';
import { policyObjectsReader } from '../../cluster/policy-objects/standing-objects.ts';
import { type ToldEntry, toldEntries } from '../../cluster/policy-objects/told-history.ts';
import { changesInShort } from '../../core/policy/field-change-text.ts';
import { printable } from '../../core/problem/printable.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { plainTable } from '../output/plain-table.ts';
import { type OutputFormat, structured } from '../output/structured.ts';

export interface PolicyHistoryFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

/**
 * `pillion policy history`: the policies that were in force, the newest first: when, by whom, and what each changed.
 * @throws Fault PIL006 when the cluster cannot be asked
 */
export async function policyHistory(flags: PolicyHistoryFlags, environment: Environment): Promise<number> {
  const place = { namespace: flags.ownNamespace, installation: flags.installedAs };
  const { entries, standing } = await withCluster(flags, async (transport) => ({
    entries: await readHistory(transport, place),
    standing: await policyObjectsReader(transport)(),
  }));
  const told = toldEntries(entries, standing);
  if (flags.output !== 'human') environment.stdout(structured(told, flags.output));
  else if (told.length > 0) environment.stdout(`${tableOf(told, environment.colour)}\n`);
  if (told.length === 0)
    environment.stderr(
      `no policy is kept in the namespace ${place.namespace} for the installation ${place.installation}: the built-in one decides, or none was in force yet\n`,
    );
  return 0;
}

const tableOf = (told: readonly ToldEntry[], colour: boolean): string =>
  plainTable(
    ['revision', 'in force', 'changed', 'by', 'policy', 'what'],
    told.map((entry, index) => [
      String(entry.revision),
      entry.replicas === 0 ? '' : `* ${entry.replicas}`,
      entry.changedAt,
      printable(entry.changedBy) || 'unknown',
      entry.policyRevision,
      entry.changes.length === 0 && index === told.length - 1
        ? 'the oldest that is kept'
        : changesInShort(entry.changes),
    ]),
    colour,
  );
