import type { BlockContent, PhrasingContent, Root } from 'mdast';
import { shellWord } from '../../../problem/shell-word.ts';
import { type SquadBriefing, UNOWNED } from '../briefing.ts';
import { plainText, say } from '../phrase.ts';
import type { WorkloadBriefing } from '../workload-briefing.ts';
import { code, heading, paragraph, phrased, table, text } from './tree.ts';
import { workloadSection } from './workload-section.ts';

/** What a briefing is about, and under what it was computed. */
export interface BriefingAbout {
  /** As `stage first`. */
  readonly title: string;
  readonly stage?: string;
  readonly policy: { readonly name: string; readonly revision: string };
  /** The label by which pods name their squad. */
  readonly squadLabel: string;
  /** As RFC 3339. */
  readonly computed: string;
}

/** The briefing as a document. */
export const briefingDocument = (about: BriefingAbout, squads: readonly SquadBriefing[]): Root => ({
  type: 'root',
  children: [
    heading(1, text(`Briefing: ${about.title}`)),
    paragraph(...phrased(introduction(about, squads))),
    overview(squads),
    ...squads.flatMap((squad) => squadSection(about, squad)),
  ],
});

/** `1 workload`, `2 workloads`. */
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function introduction({ policy, computed }: BriefingAbout, squads: readonly SquadBriefing[]) {
  const workloads = squads.flatMap((squad) => squad.workloads);
  const injected = workloads.filter(({ verdict }) => verdict === 'inject').length;
  const much = `What changes for ${counted(workloads.length, 'workload')} of ${counted(squads.length, 'squad')} once they opt in; ${injected} of them ${injected === 1 ? 'gets' : 'get'} the sidecar.`;
  return say`${[much]} Computed from the pod templates as they stood at ${[computed]}, as the webhook decides, under the policy ${policy.name} (${policy.revision}).`;
}

const HEADS = ['squad', 'workload', 'sidecar', 'more requested by each pod', 'to do first'];

function overview(squads: readonly SquadBriefing[]): BlockContent {
  const rows = squads.flatMap(({ squad, workloads }) => workloads.map((workload) => overviewRow(squad, workload)));
  return table([HEADS.map((head) => [text(head)]), ...rows]);
}

function overviewRow(squad: string, workload: WorkloadBriefing): PhrasingContent[][] {
  const { kind, namespace, name, verdict, reason, profile, findings, statements } = workload;
  const todo = findings.filter(({ severity, suppressed }) => suppressed === undefined && severity !== 'note');
  const requests = statements.find((statement) => statement.kind === 'Requests');
  return [
    [text(squad)],
    [text(`${kind} ${namespace}/${name}`)],
    [text(verdict === 'inject' ? `yes, ${profile}` : `no: ${reason}`)],
    [text(requests === undefined ? '' : shortRequests(plainText(requests.says)))],
    [text([...new Set(todo.map(({ code: named }) => named))].join(' '))],
  ];
}

// Each pod requests 100m more CPU (250m today, then 350m) and 128Mi more memory (...)
const shortRequests = (says: string): string =>
  [...says.matchAll(/(\S+) more (\S+)/g)].map(([, amount, what]) => `${amount} ${what}`).join(', ');

function squadSection(
  { stage, squadLabel }: BriefingAbout,
  { squad, digest, workloads }: SquadBriefing,
): BlockContent[] {
  const acknowledges =
    stage === undefined
      ? []
      : [
          paragraph(...phrased(say`Read? Then say so; this is version ${digest} of the briefing:`)),
          code('sh', `pillion rollout acknowledge ${shellWord(stage)} --squad ${shellWord(squad)}`),
        ];
  const unowned =
    squad === UNOWNED
      ? [
          paragraph(
            ...phrased(
              say`Nobody is named for these. Their squads claim them by the label ${squadLabel} of the pod template.`,
            ),
          ),
        ]
      : [];
  return [
    heading(2, text(squad === UNOWNED ? 'Without a squad (unowned)' : `Squad ${squad}`)),
    ...unowned,
    ...acknowledges,
    ...workloads.flatMap(workloadSection),
  ];
}
