import { ApiError } from '../../cluster/api-error.ts';
import { type HistoryEntry, type HistoryPlace, readHistory } from '../../cluster/policy-objects/history.ts';
import {
  hiddenSince,
  type ObjectToWrite,
  objectsToWrite,
  writeObject,
} from '../../cluster/policy-objects/roll-back.ts';
import { policyObjectsReader, type StandingPolicyObject } from '../../cluster/policy-objects/standing-objects.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import { changeLine } from '../../core/policy/field-change-text.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface PolicyRollbackFlags extends ClusterFlags {
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion policy rollback N`: writes the policy of an earlier revision back, and its profiles, after telling what that changes.
 * @returns 0 when it counts again, did already, or would with --dry-run; 1 when --yes is missing
 * @throws Fault PIL003 for a revision that is not kept, PIL002 when the API server or the webhook refuses it, PIL006 when the cluster cannot
 * be asked or somebody else changed an object meanwhile
 */
export async function policyRollback(
  revision: number,
  flags: PolicyRollbackFlags,
  environment: Environment,
): Promise<number> {
  const { yes = false, dryRun = false, output } = flags;
  const place = { namespace: flags.ownNamespace, installation: flags.installedAs };
  return await withCluster(flags, async (transport) => {
    const entry = await entryOf(transport, place, revision);
    const standing = await policyObjectsReader(transport)();
    const toWrite = objectsToWrite(entry, standing);
    if (output !== 'human') environment.stdout(structured({ revision, dryRun, objects: toWrite.map(told) }, output));
    else environment.stdout(textOf(toWrite, revision));
    for (const note of notes(entry, standing, toWrite)) environment.stderr(`${note}\n`);
    if (toWrite.length === 0) return 0;
    if (!yes && !dryRun) {
      environment.stderr('nothing is written yet; --yes writes it, --dry-run has it judged\n');
      return 1;
    }
    for (const object of toWrite) await written(transport, object, dryRun);
    environment.stderr(
      dryRun ? 'it would be accepted; nothing is written\n' : `revision ${revision} is written back\n`,
    );
    return 0;
  });
}

async function entryOf(transport: KubeTransport, place: HistoryPlace, revision: number): Promise<HistoryEntry> {
  const entries = await readHistory(transport, place);
  const entry = entries.find((one) => one.revision === revision);
  if (entry !== undefined) return entry;
  const kept = entries.map((one) => one.revision).join(', ');
  throw usage(`there is no revision ${revision} in the history of ${place.installation}; kept are: ${kept || 'none'}`);
}

async function written(transport: KubeTransport, object: ObjectToWrite, dryRun: boolean): Promise<void> {
  try {
    await writeObject(transport, object, dryRun);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { file } = object.source;
    if (error.status === 409)
      throw new Fault(
        'PIL006',
        [{ file, path: '', message: `was changed meanwhile by somebody else; run it again` }],
        error,
      );
    // a right that is missing is the cluster’s answer, a refused document is not
    if (error.status === 401 || (error.status === 403 && !error.message.includes('admission webhook'))) throw error;
    throw new Fault('PIL002', [{ file, path: '', message: error.message }], error);
  }
}

const told = ({ source: { kind, name }, standing, changes }: ObjectToWrite) => ({
  kind,
  name,
  exists: standing !== undefined,
  changes: changes.map(({ path, before, after }) => ({ path, before, after })),
});

function textOf(toWrite: readonly ObjectToWrite[], revision: number): string {
  if (toWrite.length === 0) return `revision ${revision} is what stands in the cluster; nothing changes\n`;
  const lines = toWrite.flatMap(({ source, standing, changes }) => [
    `${source.kind} ${source.name}${standing === undefined ? ' (is made)' : ''}`,
    ...changes.map((change) => `  ${changeLine(change)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What writing objects back does not do. */
function notes(
  entry: HistoryEntry,
  standing: readonly StandingPolicyObject[],
  toWrite: readonly ObjectToWrite[],
): readonly string[] {
  const releases = new Set(
    toWrite.flatMap((object) => object.standing?.metadata.annotations?.['meta.helm.sh/release-name'] ?? []),
  );
  return [
    ...hiddenSince(entry, standing).map(
      (name) => `note: then the built-in profile ${name} counted, and now a SidecarProfile of that name hides it`,
    ),
    ...[...releases].map(
      (release) =>
        `note: the Helm release ${release} has these objects: its next upgrade brings its own values back, unless they say the same`,
    ),
  ];
}
