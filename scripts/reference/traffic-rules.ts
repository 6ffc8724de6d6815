import { CANNOT_HAPPEN, type Impossible } from '../../src/core/traffic/lint/cannot-happen.ts';
import type { CatalogueRule } from '../../src/core/traffic/lint/catalogue-rule.ts';
import { CATALOGUE_RULES } from '../../src/core/traffic/lint/catalogue-rules.ts';
import { MESH090 } from '../../src/core/traffic/lint/MESH090.ts';
import type { RuleText, TrafficRule } from '../../src/core/traffic/lint/rule.ts';
import { TRAFFIC_RULES } from '../../src/core/traffic/lint/rules.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** docs/traffic-rules.md: every rule with what to do, why it is one, and an example. */
export function trafficRulesReference(): string {
  const rules: readonly RuleText[] = [...TRAFFIC_RULES, ...CATALOGUE_RULES, MESH090].toSorted(byCode);
  const together = new Set<RuleText>(CATALOGUE_RULES);
  return [
    GENERATED_NOTE,
    '# Rules for traffic values',
    '',
    '`pillion traffic lint PATH...` judges what counts for a service: its values over the defaults of the company. Each path is a file or a',
    'directory. Values are read from files of their own, from the key `mesh` of a chart’s values, and from the annotation `pillion.io/traffic`',
    'of Services in manifests. `--catalog DIR` reads all values below a directory and judges them together as well. From:',
    '`src/core/traffic/lint/`, one file a rule.',
    '',
    table(
      ['exit code', 'when'],
      [
        ['0', 'no error was found; with `--strict` no warning either'],
        ['1', 'an error was found; with `--strict` also a warning. Notes, and what is waived, count as nothing'],
        [
          '2',
          'a file cannot be read as traffic values, or the command is not used as it is meant; the findings of the other files are told',
        ],
      ],
    ),
    '',
    '`-o sarif` prints a SARIF 2.1.0 log, which code hosts show beside the lines: what is waived is in it as suppressed, with its reason.',
    '',
    table(
      ['rule', 'level', 'judges', 'what has to be true'],
      rules.map((rule) => [
        `[${rule.code}](#${rule.code.toLowerCase()})`,
        rule.level,
        together.has(rule) ? 'a catalogue' : 'each service',
        rule.sentence,
      ]),
    ),
    '',
    '## A catalogue',
    '',
    'Who calls whom is what `dependsOn` says: `inventory` is the service of that name in the namespace of the caller, `pricing/quotes` the one',
    'in another. Only the manifest of a Service says its namespace. Values in files do not, so there the only service of that name is meant.',
    'Values that say `environment` meet those of the same environment only; without one they count as those of production. Values under `mesh`',
    'without `service` are laid over others by Helm; they are told and not judged.',
    '',
    '## Waivers',
    '',
    'A rule that is broken on purpose is waived in the values themselves, with a reason, and for a year at most:',
    '',
    ...yaml('waivers:\n  - {rule: MESH012, reason: "why, in a sentence", expires: "2027-01-31"}'),
    'The last day is the one in `expires`, in UTC. What is waived is still told, and counts as nothing. A rule for a catalogue is waived in the',
    'values at whose place it is told.',
    `Never waived: ${rules
      .filter(({ waivable }) => waivable === false)
      .map(({ code }) => code)
      .join(', ')}.`,
    '',
    '## What cannot happen',
    '',
    'Mistakes with Istio’s own objects that traffic values leave no room for; their numbers are not given to anything else.',
    '',
    table(['number', 'what has to be true', 'cannot happen, because', 'why it matters'], CANNOT_HAPPEN.map(impossible)),
    '',
    ...[...TRAFFIC_RULES, ...CATALOGUE_RULES]
      .toSorted(byCode)
      .flatMap((rule) => [...section(rule), ...(isOfCatalogue(rule) ? examplesOfFiles(rule) : examples(rule))]),
    ...section(MESH090),
  ].join('\n');
}

const byCode = (one: RuleText, other: RuleText): number => (one.code < other.code ? -1 : 1);

const isOfCatalogue = (rule: TrafficRule | CatalogueRule): rule is CatalogueRule => typeof rule.wrong !== 'string';

const impossible = ({ code, sentence, because, evidence }: Impossible): string[] => [code, sentence, because, evidence];

const section = ({ code, sentence, hint, evidence, shownBy }: RuleText): string[] => [
  `## ${code}`,
  '',
  sentence,
  '',
  `- What to do: ${hint}`,
  `- Why: ${evidence}`,
  ...(shownBy === undefined ? [] : [`- Shown at a real Envoy by: \`${shownBy[0]}\`, “${shownBy[1]}”`]),
  '',
];

const examples = ({ wrong, right, exampleDefaults }: TrafficRule): string[] => [
  exampleDefaults === undefined ? 'Breaks it:' : 'Breaks it, where the company’s defaults do not say more:',
  '',
  ...yaml(wrong),
  'Keeps it:',
  '',
  ...yaml(right),
];

const examplesOfFiles = ({ wrong, right }: CatalogueRule): string[] => [
  'Breaks it, in files of one catalogue:',
  '',
  ...wrong.flatMap(yaml),
  'Keeps it:',
  '',
  ...right.flatMap(yaml),
];

const yaml = (text: string): string[] => ['```yaml', text, '```', ''];
