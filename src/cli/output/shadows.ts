import picocolors from 'picocolors';
import type { AskedShadow } from '../../core/admission/decided-workloads.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import { verdictText } from './explanation.ts';

/** What policies in mode Shadow say about a pod, as lines below the decision about it. */
export function shadowsText(shadows: readonly AskedShadow[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  return [
    `  ${paint.bold('Shadow policies')}`,
    ...shadows.flatMap(({ policy, otherwise }) => {
      const name = `    ${printable(policy)}: `;
      if (otherwise === undefined) return [`${name}the same`];
      const { verdict, reason, rule, profile, places = [], message } = otherwise;
      const why = `${reason}: ${message === undefined ? explanationOf(reason).sentence : printable(message)}`;
      const where = [
        ...(profile === undefined ? [] : [`profile ${profile}`]),
        ...(rule === '' ? [] : [`rule ${rule}`]),
      ].join(', ');
      return [
        `${name}${verdictText(verdict, colour)}  ${why}${where === '' ? '' : ` (${printable(where)})`}`,
        ...places.map((place) => `      another ${printable(place)}`),
      ];
    }),
  ].join('\n');
}
