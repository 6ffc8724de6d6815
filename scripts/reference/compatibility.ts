import type { CheckText } from '../../src/core/compatibility/fit-check.ts';
import { FIT_CHECKS } from '../../src/core/compatibility/fit-checks.ts';
import { NOT_FINDINGS } from '../../src/core/compatibility/not-findings.ts';
import { FIT090, SUPPRESS_ANNOTATION } from '../../src/core/compatibility/suppressions.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** docs/compatibility.md: every check of `pillion check` with what to do and why it is one. */
export function compatibilityReference(): string {
  const checks: readonly CheckText[] = [...FIT_CHECKS, FIT090];
  return [
    GENERATED_NOTE,
    '# Compatibility of applications',
    '',
    '`pillion check` says what a workload has to change before its pods get a sidecar. It renders the sidecar as the webhook would, under the',
    'policy and profile that count for the workload, and looks at what would come of it. From: `src/core/compatibility/`, one file a check.',
    '',
    '```console',
    '$ pillion check -f deploy.yaml -f namespace.yaml   # files; what stands around a workload is looked for in them as well',
    '$ pillion check deploy/web -n shop                 # one workload of a cluster',
    '$ pillion check -n shop                            # a namespace',
    '$ pillion check -A -o json                         # everything but protected namespaces',
    '```',
    '',
    'A workload need not ask for a sidecar, nor its namespace be enabled. In a cluster the policy that decides there counts, and Services,',
    'ResourceQuotas, LimitRanges, NetworkPolicies and autoscalers of the namespace are read; what may not be read is told and left out. It',
    'takes the rights to get the namespace, to list its workloads, and to read the policy (`injectionpolicies`, `sidecarprofiles`, `rolloutplans`) unless',
    '`--policy` names one. Where the server has its policy from a file, name that file.',
    'Each workload is looked at alone: what several need together of one quota is not added up.',
    '',
    table(
      ['verdict', 'when', 'exit code'],
      [
        ['compatible', 'nothing, or notes alone', '0'],
        ['needs-changes', 'something that works now would not', '0; with `--strict` 1'],
        ['incompatible', 'its pods would be refused, left without a sidecar, or never work', '1'],
      ],
    ),
    '',
    'A command that is not used as it is meant, or a document that cannot be read, is 2, and a cluster that cannot be asked is 4. `--only` and',
    '`--skip` choose checks.',
    '',
    'A check speaks on evidence only, and says where it stands. What an image does by itself, and what Secrets and files say, is not seen: a',
    'workload without findings is one against which nothing speaks.',
    '',
    'Whoever applies a workload that is to get a sidecar, and whose pod template is new, hears of what has to change in the same second, as far',
    'as the template tells: three findings at most, and how many there are beside them.',
    '',
    table(
      ['check', 'weighs', 'what has to be true', 'for'],
      checks.map(({ code, severity, title, holds }) => [`[${code}](#${code.toLowerCase()})`, severity, title, holds]),
    ),
    '',
    '## Suppressions',
    '',
    'What does not matter for a workload is suppressed on it, or on its pod template, with a reason:',
    '',
    '```yaml',
    'metadata:',
    '  annotations:',
    `    ${SUPPRESS_ANNOTATION}: "FIT020: only DNS; FIT037: the debugger needs it"`,
    '```',
    '',
    'A suppressed finding is still told, with the reason, and counts as nothing. Not to be suppressed, since Pillion does it all the same:',
    `${checks
      .filter(({ suppressible }) => suppressible === false)
      .map(({ code }) => code)
      .join(', ')}.`,
    '',
    '## What is no finding',
    '',
    table(
      ['what', 'because', 'shown by'],
      NOT_FINDINGS.map(({ what, because, shownBy }) => [what, because, shownBy === undefined ? '' : shown(shownBy)]),
    ),
    '',
    ...checks.flatMap(section),
  ].join('\n');
}

const shown = ([file, test]: readonly [string, string]): string => `\`${file}\`, “${test}”`;

const section = ({ code, title, remedy, why, shownBy = [], from }: CheckText): string[] => [
  `## ${code}`,
  '',
  title,
  '',
  `- What to do: ${remedy}`,
  `- Why: ${why}`,
  ...shownBy.map((test) => `- Shown by: ${shown(test)}`),
  ...(from === undefined ? [] : [`- Known from: ${from}`]),
  '',
];
