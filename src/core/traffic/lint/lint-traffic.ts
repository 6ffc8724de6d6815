import type { Waiver } from '../../api/traffic/waivers.ts';
import type { Problem } from '../../problem/problem.ts';
import { MESH090, voidBecause, wasted } from './MESH090.ts';
import type { Judged, RuleText, Violation } from './rule.ts';
import { TRAFFIC_RULES } from './rules.ts';

/** One place where a rule is broken. What a waiver excuses is told with it, and counts as nothing. */
export interface TrafficFinding extends Problem {
  readonly rule: string;
  readonly level: RuleText['level'] | 'waived';
  readonly hint: string;
  readonly waiver?: Waiver;
}

const EXCUSABLE: ReadonlySet<string> = new Set(
  TRAFFIC_RULES.filter(({ waivable }) => waivable !== false).map(({ code }) => code),
);

/**
 * Judges the values of one service by every rule that needs nothing else.
 * @param today the day by which waivers end, as 2026-11-03
 */
export function lintTraffic(judged: Judged, today: string): readonly TrafficFinding[] {
  const waivers = (judged.project.waivers ?? []).map((waiver) => ({
    waiver,
    because: voidBecause(waiver, EXCUSABLE, today),
  }));
  const findings = TRAFFIC_RULES.flatMap((rule) => {
    const excuse = waivers.find(({ waiver, because }) => waiver.rule === rule.code && because === undefined)?.waiver;
    return toldOnce(rule.violations(judged)).map((violation) => findingOf(rule, violation, excuse));
  });
  const excused = new Set(findings.map(({ waiver }) => waiver));
  const unused = waivers.flatMap(({ waiver, because = excused.has(waiver) ? undefined : 'nothing needs it' }, index) =>
    because === undefined ? [] : [findingOf(MESH090, wasted(index, because))],
  );
  return [...findings, ...unused];
}

// a route that takes a mistake over from the service is mended with it
const toldOnce = (violations: readonly Violation[]): readonly Violation[] =>
  violations.filter(({ path, message }) => {
    const inService = path.replace(/^\/routes\/\d+/, '');
    return inService === path || !violations.some((other) => other.path === inService && other.message === message);
  });

const findingOf = ({ code, level, hint }: RuleText, { path, message }: Violation, waiver?: Waiver): TrafficFinding => ({
  rule: code,
  level: waiver === undefined ? level : 'waived',
  path,
  message,
  hint,
  ...(waiver === undefined ? {} : { waiver }),
});
