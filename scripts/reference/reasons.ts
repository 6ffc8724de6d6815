import { HINTS } from '../../src/core/decision/hints.ts';
import { NAMESPACE_ALLOW_REASONS, NAMESPACE_DENY_REASONS } from '../../src/core/decision/namespace-reasons.ts';
import { POLICY_ALLOW_REASONS, POLICY_DENY_REASONS } from '../../src/core/decision/policy-reasons.ts';
import {
  DENY_REASONS,
  ERROR_REASONS,
  type Explanation,
  INJECT_REASONS,
  SKIP_REASONS,
  type Verdict,
} from '../../src/core/decision/reasons.ts';
import { SERVICE_ALLOW_REASONS, SERVICE_DENY_REASONS } from '../../src/core/decision/service-reasons.ts';
import { GENERATED_NOTE, table } from './table.ts';

interface Section {
  readonly verdict: Verdict;
  readonly title: string;
  readonly reasons: Readonly<Record<string, Explanation>>;
}

const SECTIONS: readonly Section[] = [
  { verdict: 'inject', title: 'The pod gets a sidecar', reasons: INJECT_REASONS },
  { verdict: 'skip', title: 'The pod is left alone', reasons: SKIP_REASONS },
  { verdict: 'deny', title: 'The pod is refused', reasons: DENY_REASONS },
  { verdict: 'allow', title: 'The change of a namespace passes', reasons: NAMESPACE_ALLOW_REASONS },
  { verdict: 'deny', title: 'The change of a namespace is refused', reasons: NAMESPACE_DENY_REASONS },
  { verdict: 'allow', title: 'The change of an object of Pillion passes', reasons: POLICY_ALLOW_REASONS },
  { verdict: 'deny', title: 'The change of an object of Pillion is refused', reasons: POLICY_DENY_REASONS },
  { verdict: 'allow', title: 'The change of a Service passes', reasons: SERVICE_ALLOW_REASONS },
  { verdict: 'deny', title: 'The change of a Service is refused', reasons: SERVICE_DENY_REASONS },
  { verdict: 'error', title: 'Pillion failed', reasons: ERROR_REASONS },
];

/** docs/reasons.md: every reason and hint with its sentence. */
export function reasonsReference(): string {
  const sections = SECTIONS.flatMap(({ verdict, title, reasons }) => {
    const rows = Object.entries(reasons).map(([reason, { sentence, hint }]) => [`\`${reason}\``, sentence, hint]);
    return [`## ${title} (\`${verdict}\`)`, '', table(['reason', 'because', 'what to do'], rows), ''];
  });
  const hints = Object.entries(HINTS).map(([code, sentence]) => [`\`${code}\``, sentence]);
  return [
    GENERATED_NOTE,
    '# Reasons and hints',
    '',
    'Every decision has one of these reasons. The first check that finds something gives the reason; others that hold as',
    'well are listed under `also` in the record. From: `src/core/decision/reasons.ts`,',
    '`namespace-reasons.ts`, `policy-reasons.ts`, `service-reasons.ts` and `hints.ts`.',
    '',
    ...sections,
    '## Hints',
    '',
    'Something that was probably meant otherwise. Hints become warnings to whoever made the request.',
    '',
    table(['hint', 'what was found'], hints),
    '',
  ].join('\n');
}
