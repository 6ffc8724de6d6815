import picocolors from 'picocolors';
import { checkText } from '../../core/decision/check-text.ts';
import type { CheckResult, ExaminedCheck } from '../../core/decision/examine.ts';
import { printable } from '../../core/problem/printable.ts';

const WORDS: Readonly<Record<CheckResult, string>> = {
  passed: 'passed',
  decided: 'decided',
  holds: 'holds',
  waived: 'waived',
  'not-reached': 'not asked',
};

/**
 * Every check in its order. Those that found nothing stand together.
 * @param each whether each has a line of its own, with what it looked at
 */
export function checksText(checks: readonly ExaminedCheck[], each: boolean, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const lines: { readonly result: CheckResult; text: string }[] = [];
  for (const check of checks) {
    const { result } = check;
    const last = lines.at(-1);
    const isQuiet = result === 'passed' || result === 'not-reached';
    if (!each && isQuiet && last?.result === result) last.text += `, ${check.check}`;
    else lines.push({ result, text: !each && isQuiet ? check.check : checkText(check) });
  }
  return lines
    .map(({ result, text }, index) => {
      const word = WORDS[result].padEnd(10);
      const painted = result === 'decided' ? paint.bold(word) : paint.dim(word);
      return `  ${index === 0 ? 'checks  ' : '        '}${painted}${printable(text)}`;
    })
    .join('\n');
}
