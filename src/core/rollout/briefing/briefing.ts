import { canonicalJson, digest } from '../../json/canonical.ts';
import type { StatementKind } from './statement.ts';
import type { WorkloadBriefing } from './workload-briefing.ts';

/** Under this name stand workloads that name no squad. */
export const UNOWNED = 'unowned';

/** What will change for one squad. */
export interface SquadBriefing {
  /** `unowned` for workloads that name none. */
  readonly squad: string;
  /** Equal digests say the same: what a squad acknowledged holds as long as it stays so. */
  readonly digest: string;
  readonly workloads: readonly WorkloadBriefing[];
}

/** The briefings by squad: those of workloads without one first, then by name. */
export function bySquad(workloads: readonly WorkloadBriefing[]): readonly SquadBriefing[] {
  const groups = Map.groupBy(workloads, ({ squad }) => squad ?? '');
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([squad, all]) => {
      const ordered = [...all].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      return { squad: squad === '' ? UNOWNED : squad, digest: digestOf(ordered), workloads: ordered };
    });
}

const keyOf = ({ namespace, kind, name }: WorkloadBriefing): string => JSON.stringify([namespace, kind, name]);

// an autoscaler changes the number of pods by the minute, and opting in is what the briefing is about
const CHANGING: ReadonlySet<StatementKind> = new Set(['Replicas', 'OptIn']);

/** Of what will be, and not of the words that say it. */
const digestOf = (workloads: readonly WorkloadBriefing[]): string =>
  digest(
    canonicalJson(
      workloads.map(({ kind, namespace, name, profile, verdict, reason, acknowledged, findings }) => ({
        ...{ kind, namespace, name, profile, verdict, reason: verdict === 'inject' ? '' : reason },
        statements: acknowledged
          .filter((statement) => !CHANGING.has(statement.kind))
          .map(({ kind: about, evidence }) => ({ about, evidence })),
        findings: findings.map(({ code, object, path, suppressed }) => ({ code, object, path, suppressed })),
      })),
    ),
  );
