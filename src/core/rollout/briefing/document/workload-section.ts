import type { BlockContent } from 'mdast';
import type { FitFinding } from '../../../compatibility/compatibility.ts';
import type { Lookup } from '../lookup.ts';
import { joined, say } from '../phrase.ts';
import type { Statement, StatementKind } from '../statement.ts';
import type { Way } from '../ways.ts';
import type { WorkloadBriefing } from '../workload-briefing.ts';
import { code, heading, list, paragraph, phrased, strong, text } from './tree.ts';

const TOPICS: readonly (readonly [title: string, kinds: readonly StatementKind[]])[] = [
  ['Containers', ['OptIn', 'Container']],
  ['Traffic', ['Capture', 'LeftAlone']],
  ['Probes', ['Probe']],
  ['Start and stop', ['StartOrder', 'StopOrder']],
  ['Resources', ['Requests', 'Replicas', 'Limits', 'QualityOfService']],
  ['Features', ['Feature']],
  ['Also written into the pods', ['Volume', 'Label', 'Annotation', 'OtherField']],
];

/** Everything about one workload. */
export const workloadSection = (briefing: WorkloadBriefing): BlockContent[] => {
  const { kind, namespace, name, outcome, statements, lookups, ways } = briefing;
  return [
    heading(3, text(`${kind} ${namespace}/${name}`)),
    paragraph(...phrased(outcome)),
    ...findingsPart(briefing),
    ...TOPICS.flatMap(([title, kinds]) => topicPart(title, statements, kinds)),
    ...lookupsPart(lookups),
    ...waysPart(ways),
  ];
};

function findingsPart({ compatibility, findings }: WorkloadBriefing): BlockContent[] {
  const counting = findings.filter(({ suppressed }) => suppressed === undefined);
  if (counting.length === 0)
    return [paragraph(strong('Compatible:'), text(' pillion check finds nothing that has to change.'))];
  const verdict = {
    incompatible: 'Does not work with the sidecar as it is:',
    'needs-changes': 'Something has to change first:',
    compatible: 'Compatible, and worth knowing:',
  }[compatibility];
  // the same advice for several places stands once
  const byAdvice = Map.groupBy(counting, ({ code: named, remedy }) => `${named} ${remedy}`);
  return [paragraph(strong(verdict)), list([...byAdvice.values()].map(findingItem))];
}

function findingItem(alike: readonly FitFinding[]): BlockContent[] {
  const [{ code: named = '', remedy = '' } = {}] = alike;
  const seen = alike.map(({ message, object, path }) => say`${[message]}, at ${path === '' ? object : path}`);
  return [paragraph(...phrased(say`${named} ${joined(seen, '; ')}. ${[remedy]}`))];
}

function topicPart(title: string, statements: readonly Statement[], kinds: readonly StatementKind[]): BlockContent[] {
  const told = statements.filter(({ kind }) => kinds.includes(kind));
  if (told.length === 0) return [];
  return [paragraph(strong(title)), list(told.map(({ says }) => [paragraph(...phrased(says))]))];
}

const LANGUAGES = { PromQL: 'promql', Shell: 'sh', Graylog: 'text', Jaeger: 'text' } as const;

function lookupsPart(lookups: readonly Lookup[]): BlockContent[] {
  if (lookups.length === 0) return [];
  return [
    heading(4, text('Metrics, logs and traces')),
    list(
      lookups.map(({ about, says, query, in: language = 'Shell' }) => [
        paragraph(strong(`${about}:`), text(' '), ...phrased(says), ...(query === undefined ? [] : [text(':')])),
        ...(query === undefined ? [] : [code(LANGUAGES[language], query)]),
      ]),
    ),
  ];
}

const TITLES = {
  OptIn: 'Opt in',
  NextRollout: 'What to expect',
  OptOut: 'Opt out',
  RollBack: 'Roll back',
} as const;

function waysPart(ways: readonly Way[]): BlockContent[] {
  if (ways.length === 0) return [];
  return [
    heading(4, text('In, out, and back')),
    list(
      ways.map(({ what, says, command }) => [
        paragraph(strong(`${TITLES[what]}:`), text(' '), ...phrased(says)),
        ...(command === undefined ? [] : [code('sh', command)]),
      ]),
    ),
  ];
}
