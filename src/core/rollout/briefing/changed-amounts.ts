import { type Examined, limitsAround } from '../../compatibility/examined.ts';
import type { Json } from '../../compatibility/fit-object.ts';
import { amountText, podAmount } from '../../compatibility/pod-amounts.ts';
import { qualityStatement, RESOURCES, resourceEvidence } from './amounts.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { joined, type Phrase, say, words } from './phrase.ts';
import type { Statement } from './statement.ts';

/**
 * What pods ask for with another sidecar than today’s, beside what they ask for with that.
 * @param briefed with the pod of today as that of before
 */
export function changedAmounts(briefed: BriefedPod, examined: Examined): readonly Statement[] {
  const limits = limitsAround(examined);
  const amounts = RESOURCES.map(([resource, called]) => {
    const [from, to] = [briefed.before, briefed.after].map((pod) =>
      podAmount(pod.spec as Json, 'requests', resource, limits),
    );
    return { resource, called, from: from ?? 0, to: to ?? 0 };
  });
  const changed = amounts.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return qualityStatement(briefed);
  const evidence = resourceEvidence(briefed);
  const { replicas } = examined;
  const listed = (text: (amount: Amount) => Phrase) => joined(changed.map(text), ' and ');
  return [
    {
      kind: 'Requests',
      says: say`Each pod requests ${listed((amount) =>
        words(
          `${differenceText(amount, 1)} (${amountText(amount.from, amount.resource)} today, then ${amountText(amount.to, amount.resource)})`,
        ),
      )}.`,
      evidence,
    },
    {
      kind: 'Replicas',
      says: say`With ${replicas} pod${words(replicas === 1 ? '' : 's')}, as it has today, that is ${listed((amount) =>
        words(differenceText(amount, replicas)),
      )}.`,
      evidence,
    },
    ...qualityStatement(briefed),
  ];
}

interface Amount {
  readonly resource: string;
  readonly called: string;
  readonly from: number;
  readonly to: number;
}

const differenceText = ({ resource, called, from, to }: Amount, times: number): string =>
  `${amountText(Math.abs(to - from) * times, resource)} ${to > from ? 'more' : 'less'} ${called}`;
