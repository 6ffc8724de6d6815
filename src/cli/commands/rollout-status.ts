import type { Grouping } from '../../core/adoption/status/groups.ts';
import { adoptionStatus } from '../../core/adoption/status/status.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { adoptionSources } from '../adoption-sources.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { adoptionCsv, adoptionData } from '../output/adoption-data.ts';
import { adoptionText } from '../output/adoption-status.ts';
import { adoptionSvg } from '../output/adoption-svg.ts';
import { structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface RolloutStatusFlags extends ClusterFlags {
  readonly plan?: string;
  readonly by?: Grouping;
  readonly days: number;
  readonly svg?: string;
  /** In milliseconds since 1970. */
  readonly at?: number;
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: 'human' | 'json' | 'yaml' | 'csv';
}

const DAY_MS = 86_400_000;
// from the last two weeks the pace is taken, however few days are shown
const LEAST_DAYS_READ = 15;

/**
 * `pillion rollout status`: how far the rollout is, and when it is where it is to be.
 * @throws Fault PIL001, PIL002, PIL004 where nothing is known, PIL006
 */
export async function rolloutStatus(flags: RolloutStatusFlags, environment: Environment): Promise<number> {
  const { at, days, output, svg } = flags;
  const now = at === undefined ? environment.now() : new Date(at);
  if (now > environment.now()) throw usage('--at names a time that has not come; leave it out to see what runs now');
  const from = new Date(now.getTime() - Math.max(days, LEAST_DAYS_READ) * DAY_MS);
  // what runs now tells nothing of another time
  const question = { ...flags, now, from, isLive: at === undefined };
  const { sources, problems } = await withCluster(flags, (transport) =>
    adoptionSources(transport, question, environment),
  );
  for (const problem of problems) environment.stderr(`not as it should be: ${problemLine(problem)}\n`);
  const status = adoptionStatus(sources);
  if (status.points.length === 0) throw nothingKnown(at === undefined ? undefined : now);
  if (sources.kept.length === 0) environment.stderr(NOTHING_KEPT);
  const by = flags.by ?? (sources.plan === undefined ? 'namespace' : 'stage');
  if (svg !== undefined) await written(svg, adoptionSvg(status, { now, days }), environment);
  environment.stdout(
    output === 'human'
      ? adoptionText(status, { by, days, now }, environment)
      : output === 'csv'
        ? adoptionCsv(status, flags.by)
        : structured(adoptionData(status, by, problems), output),
  );
  return 0;
}

const NOTHING_KEPT =
  'nothing is kept of that time yet, so only what runs now is shown; the server keeps a point an hour while its scan is on\n';

const nothingKnown = (at: Date | undefined): Fault => {
  const message =
    at === undefined
      ? 'neither the pods nor what is kept of them can be read; see above'
      : `nothing is kept of the time before ${at.toISOString()}; leave --at out to see what runs now`;
  return new Fault('PIL004', [{ path: '', message }]);
};

async function written(path: string, text: string, environment: Environment): Promise<void> {
  try {
    await environment.writeFile(path, text);
  } catch (cause) {
    throw new Fault('PIL001', [{ file: path, path: '', message: (cause as Error).message }], cause);
  }
}
