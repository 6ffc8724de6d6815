import type { InjectionPolicy } from '../api/injection-policy.ts';
import type { WaivableReason } from '../api/policy-exceptions.ts';
import { isCalendarDay } from '../json/calendar-day.ts';
import { pointer } from '../json/pointer.ts';
import { type LabelSelector, matcher } from '../kubernetes/label-selector.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { labelsOf, type PodMetadata } from '../kubernetes/pod.ts';
import type { Problem } from '../problem/problem.ts';

/** Which pods an exception is about; each selector that is given has to match. */
export interface Scope {
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

/** An exception of a policy that counts today. */
export interface ActiveException {
  /** JSON pointer into the policy. */
  readonly rule: string;
  readonly scope: Scope;
  readonly reason: string;
  /** The last day on which it counts, as 2027-01-31. */
  readonly expires: string;
  matches(pod: PodMetadata, namespace: Namespace): boolean;
}

export interface ActiveWaiver extends ActiveException {
  readonly waives: WaivableReason;
}

/** The exceptions of a policy, by whether they count on a day. */
export interface Exceptions {
  readonly exclusions: readonly ActiveException[];
  readonly waivers: readonly ActiveWaiver[];
  /** Those that have ended. */
  readonly ended: readonly Pick<ActiveException, 'rule' | 'reason' | 'expires'>[];
}

/** @param today a day in UTC, as 2026-11-03 */
export function exceptionsOf({ exclusions, waivers }: InjectionPolicy['spec'], today: string): Exceptions {
  const excluded = exclusions.map((exclusion, index) => active('exclusions', index, exclusion, exclusion));
  const waived = waivers.map((waiver, index) => ({
    ...active('waivers', index, waiver, waiver.scope),
    waives: waiver.rule,
  }));
  // days of this form are in order as texts
  const counts = ({ expires }: ActiveException) => expires >= today;
  return {
    exclusions: excluded.filter(counts),
    waivers: waived.filter(counts),
    ended: [...excluded, ...waived]
      .filter((exception) => !counts(exception))
      .map(({ rule, reason, expires }) => ({ rule, reason, expires })),
  };
}

function active(
  list: 'exclusions' | 'waivers',
  index: number,
  { reason, expires }: Pick<ActiveException, 'reason' | 'expires'>,
  { namespaceSelector, podSelector }: Scope,
): ActiveException {
  const matchesNamespace = namespaceSelector && matcher(namespaceSelector);
  const matchesPod = podSelector && matcher(podSelector);
  return {
    rule: `/spec${pointer(list, index)}`,
    scope: { ...(namespaceSelector && { namespaceSelector }), ...(podSelector && { podSelector }) },
    reason,
    expires,
    matches: (pod, namespace) =>
      (matchesNamespace?.(namespace.labels) ?? true) && (matchesPod?.(labelsOf(pod)) ?? true),
  };
}

/** What is wrong with exceptions beyond their schema: one about everything would switch off the policy, and a day has to exist. */
export function exceptionProblems({ exclusions, waivers }: InjectionPolicy['spec']): readonly Problem[] {
  return [
    ...exclusions.flatMap((exclusion, index) =>
      problemsOf(`/spec/exclusions/${index}`, `/spec/exclusions/${index}`, exclusion.expires, exclusion),
    ),
    ...waivers.flatMap(({ expires, scope }, index) =>
      problemsOf(`/spec/waivers/${index}`, `/spec/waivers/${index}/scope`, expires, scope),
    ),
  ];
}

function problemsOf(path: string, scopePath: string, expires: string, scope: Scope): readonly Problem[] {
  return [
    ...(scope.namespaceSelector === undefined && scope.podSelector === undefined
      ? [{ path: scopePath, message: 'has no selector; give namespaceSelector, podSelector or both' }]
      : []),
    ...(isCalendarDay(expires)
      ? []
      : [{ path: `${path}/expires`, message: `is "${expires}", which no calendar has; give another day` }]),
  ];
}
