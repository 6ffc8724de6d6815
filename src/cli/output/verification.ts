import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { Judgement, Verdict } from '../../core/verification/judgement.ts';
import { toldAnswers } from '../../core/verification/told-answers.ts';
import type { OutdatedCaller, Verification } from '../../core/verification/verification.ts';

/** What a probe shows, for people: a block for each feature with its verdict, what is set, what was seen, what to do. */
export function verificationText(verification: Verification, colour: boolean): string {
  const { service, namespace, url, plan, route, answers, features, leftOut, newPods, callers } = verification;
  const paint = picocolors.createColors(colour);
  const paints: Readonly<Record<Verdict, (text: string) => string>> = {
    acts: paint.green,
    'does-not-act': paint.red,
    'not-exercised': paint.yellow,
    'left-out': paint.yellow,
    off: paint.dim,
  };
  const width = Math.max(...features.map(({ feature }) => feature.length));
  const lines = [
    `${paint.bold(service)} from a pod in ${namespace}: ${plan.method} ${url}, route ${route}`,
    ...(answers.length === 0 ? [] : [`  ${answers.map(toldAnswers).join(', ')}`]),
    ...features.flatMap(({ feature, verdict, set, seen, next }) => [
      `${feature.padEnd(width)}  ${paints[verdict](verdict)}`,
      ...set
        .filter(isTold)
        .map(({ what, value, origin }) =>
          printable(`  ${what} ${value}${origin === undefined ? '' : `  (${origin})`}`),
        ),
      ...(verdict === 'off' && set.every((setting) => !isTold(setting)) ? [] : [printable(`  ${seen}`)]),
      ...(next === undefined ? [] : [`  ${paint.dim(next)}`]),
    ]),
    ...leftOut.map(({ path, message }) => printable(`left out: ${path}: ${message}`)),
    ...(newPods === 'older'
      ? [
          'new pods get something else than what the Service says now; where the company’s defaults stand in the policy, give it by --policy, and see pillion doctor',
        ]
      : []),
    ...callerLines(callers, namespace, service),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const isTold = ({ value }: Judgement['set'][number]): boolean => value !== 'none';

function callerLines(callers: Verification['callers'], namespace: string, service: string): readonly string[] {
  if (callers === undefined)
    return [`the pods of ${namespace} may not be read, so nothing is said of those that call it`];
  const { count, outdated } = callers;
  const named = `${count} pod${count === 1 ? '' : 's'} of ${namespace} with a sidecar name${count === 1 ? 's' : ''} ${service}`;
  if (outdated.length === 0)
    return [
      count === 0 ? `no pod of ${namespace} with a sidecar names ${service}` : `${named}, with the values of now`,
    ];
  return [
    `${named}; ${outdated.length} without the values of now:`,
    ...outdated.map(({ pod, values }) => `  ${pod}: ${CARRIES[values]}`),
    '  kubectl rollout restart of their workloads brings them up to date',
  ];
}

const CARRIES: Readonly<Record<OutdatedCaller['values'], string>> = {
  older: 'has other values, such as those of when it was created',
  nothing: 'does nothing with these requests; its profile had no feature Resilience, or the Service said nothing then',
};
