import { type Examined, limitsAround } from '../../compatibility/examined.ts';
import type { Json } from '../../compatibility/fit-object.ts';
import { specOf } from '../../compatibility/fit-object.ts';
import { amountText, containerAmount, podAmount } from '../../compatibility/pod-amounts.ts';
import { qualityOfService } from '../../kubernetes/quality-of-service.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { addedContainers, isNative } from './containers.ts';
import { joined, type Phrase, say, words } from './phrase.ts';
import type { Evidence, Statement } from './statement.ts';

/** The resources of which amounts are told, and how they are called. */
export const RESOURCES = [
  ['cpu', 'CPU'],
  ['memory', 'memory'],
] as const;

/** What the pods ask for and may use beside what they do today, each and all of them. */
export function amountStatements(briefed: BriefedPod, examined: Examined): readonly Statement[] {
  const { after } = briefed;
  // without what its author asks of the sidecar
  const before = examined.pod;
  const limits = limitsAround(examined);
  const amount = (pod: BriefedPod['before'], bound: 'requests' | 'limits', resource: string) =>
    podAmount(pod.spec as Json, bound, resource, limits);
  const evidence = resourceEvidence(briefed);
  const grown = RESOURCES.map(([resource, called]) => {
    const [from, to] = [amount(before, 'requests', resource), amount(after, 'requests', resource)];
    return { resource, called, from, to, more: to - from };
  });
  const mostOf = ([resource, called]: (typeof RESOURCES)[number]) => {
    const [from, to] = [amount(before, 'limits', resource), amount(after, 'limits', resource)];
    return words(`${amountText(to - from, resource)} ${called}`);
  };
  const staying = addedContainers(briefed).filter((one) => one.list === 'containers' || isNative(one));
  const isBounded = ([resource]: (typeof RESOURCES)[number]) =>
    staying.every(({ fields }) => containerAmount(fields, 'limits', resource, limits) !== undefined);
  const bounded = RESOURCES.filter(isBounded);
  const unbounded = RESOURCES.filter((one) => !isBounded(one));
  const most = [
    ...(bounded.length > 0 ? [say`at most ${joined(bounded.map(mostOf), ' and ')}`] : []),
    ...(unbounded.length > 0 ? [words(`${unbounded.map(([, called]) => called).join(' and ')} without a limit`)] : []),
  ];
  return [
    {
      kind: 'Requests',
      says: say`Each pod requests ${joined(
        grown.map(({ resource, called, from, to, more }) =>
          words(
            `${amountText(more, resource)} more ${called} (${amountText(from, resource)} today, then ${amountText(to, resource)})`,
          ),
        ),
        ' and ',
      )}.`,
      evidence,
    },
    {
      kind: 'Replicas',
      says: replicasText(grown, examined),
      evidence,
    },
    {
      kind: 'Limits',
      says: say`The added containers may use ${joined(most, ', and ')} beside yours.`,
      evidence,
    },
    ...qualityStatement(briefed),
  ];
}

/** Where the amounts of the sidecar stand. */
export const resourceEvidence = (briefed: BriefedPod): readonly Evidence[] =>
  addedContainers(briefed).flatMap(({ place, fields: { resources } }) =>
    resources === undefined ? [] : [{ place: `${place}/resources`, is: resources }],
  );

function replicasText(
  grown: readonly { readonly resource: string; readonly called: string; readonly more: number }[],
  { replicas, around }: Examined,
): Phrase {
  const sum = joined(
    grown.map(({ resource, called, more }) => words(`${amountText(more * replicas, resource)} ${called}`)),
    ' and ',
  );
  const [autoscaler] = around.autoscalers;
  const { minReplicas = 1, maxReplicas } = autoscaler === undefined ? {} : specOf(autoscaler);
  const scaled =
    autoscaler === undefined
      ? []
      : words(` The autoscaler ${autoscaler.name} may make that ${minReplicas} to ${maxReplicas} pods.`);
  return say`With ${replicas} pod${words(replicas === 1 ? '' : 's')}, as it has today, that is ${sum} more.${scaled}`;
}

/** Whom the kubelet evicts first where memory is short is told by this class. */
export function qualityStatement({ before, after }: BriefedPod): readonly Statement[] {
  const [was, is] = [qualityOfService(before), qualityOfService(after)];
  if (was === is) return [];
  return [
    {
      kind: 'QualityOfService',
      says: say`The quality of service of the pods changes from ${was} to ${is}, since the added containers have other amounts than yours.`,
      evidence: [{ place: '/status/qosClass', is }],
    },
  ];
}
