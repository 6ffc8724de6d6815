import { HINTS } from '../../src/core/decision/hints.ts';
import { REASONS, type Verdict } from '../../src/core/decision/reasons.ts';
import { GENERATED_NOTE, table } from './table.ts';

const VERDICTS: readonly { verdict: Verdict; title: string }[] = [
  { verdict: 'inject', title: 'The pod gets a sidecar' },
  { verdict: 'skip', title: 'The pod is left alone' },
  { verdict: 'deny', title: 'The pod is refused' },
  { verdict: 'error', title: 'Pillion failed' },
];

/** docs/reasons.md: every reason and hint with its sentence. */
export function reasonsReference(): string {
  const sections = VERDICTS.flatMap(({ verdict, title }) => {
    const rows = [...REASONS]
      .filter(([, explanation]) => explanation.verdict === verdict)
      .map(([reason, { sentence, hint }]) => [`\`${reason}\``, sentence, hint]);
    return [`## ${title} (\`${verdict}\`)`, '', table(['reason', 'because', 'what to do'], rows), ''];
  });
  const hints = Object.entries(HINTS).map(([code, sentence]) => [`\`${code}\``, sentence]);
  return [
    GENERATED_NOTE,
    '# Reasons and hints',
    '',
    'Every decision has one of these reasons. The first check that finds something gives the reason; others that hold as',
    'well are listed under `also` in the record. From: `src/core/decision/reasons.ts` and `hints.ts`.',
    '',
    ...sections,
    '## Hints',
    '',
    'Something that was probably meant otherwise. Hints become warnings to whoever created the pod.',
    '',
    table(['hint', 'what was found'], hints),
    '',
  ].join('\n');
}
