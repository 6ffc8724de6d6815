import { MESH090 } from '../../src/core/traffic/lint/MESH090.ts';
import type { RuleText, TrafficRule } from '../../src/core/traffic/lint/rule.ts';
import { TRAFFIC_RULES } from '../../src/core/traffic/lint/rules.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** docs/traffic-rules.md: every rule with what to do, why it is one, and an example. */
export function trafficRulesReference(): string {
  const rules: readonly RuleText[] = [...TRAFFIC_RULES, MESH090];
  return [
    GENERATED_NOTE,
    '# Rules for traffic values',
    '',
    '`pillion traffic lint FILE...` judges what counts for a service: its values over the defaults of the company. It exits with 1 when',
    'an error is found, with `--strict` also when there is a warning. From: `src/core/traffic/lint/`, one file a rule.',
    '',
    table(
      ['rule', 'level', 'what has to be true'],
      rules.map(({ code, level, sentence }) => [`[${code}](#${code.toLowerCase()})`, level, sentence]),
    ),
    '',
    '## Waivers',
    '',
    'A rule that is broken on purpose is waived in the values themselves, with a reason, and for a year at most:',
    '',
    ...yaml('waivers:\n  - {rule: MESH012, reason: "why, in a sentence", expires: "2027-01-31"}'),
    'The last day is the one in `expires`, in UTC. What is waived is still told, and counts as nothing.',
    `Never waived: ${rules
      .filter(({ waivable }) => waivable === false)
      .map(({ code }) => code)
      .join(', ')}.`,
    '',
    ...TRAFFIC_RULES.flatMap((rule) => [...section(rule), ...examples(rule)]),
    ...section(MESH090),
  ].join('\n');
}

const section = ({ code, sentence, hint, evidence }: RuleText): string[] => [
  `## ${code}`,
  '',
  sentence,
  '',
  `- What to do: ${hint}`,
  `- Why: ${evidence}`,
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

const yaml = (text: string): string[] => ['```yaml', text, '```', ''];
