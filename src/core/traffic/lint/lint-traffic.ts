import type { Waiver } from '../../api/traffic/waivers.ts';
import type { Problem } from '../../problem/problem.ts';
import { CATALOGUE_RULES } from './catalogue-rules.ts';
import { MESH090, voidBecause, wasted } from './MESH090.ts';
import type { Judged, RuleLevel, RuleText, Violation } from './rule.ts';
import { TRAFFIC_RULES } from './rules.ts';

/** One place where a rule is broken. What a waiver excuses is told with it, and counts as nothing. */
export interface TrafficFinding extends Problem {
  readonly rule: string;
  readonly level: RuleLevel | 'waived';
  readonly hint: string;
  readonly waiver?: Waiver;
  /** Places in the values of other services that are a part of it. */
  readonly related?: readonly Problem[];
}

const EXCUSABLE: ReadonlySet<string> = new Set(
  [...TRAFFIC_RULES, ...CATALOGUE_RULES].filter(({ waivable }) => waivable !== false).map(({ code }) => code),
);

const CATALOGUE_CODES: ReadonlySet<string> = new Set(CATALOGUE_RULES.map(({ code }) => code));

/** Whether only a catalogue can tell if the waiver is needed. */
export const isOfCatalogue = ({ rule }: Waiver): boolean => CATALOGUE_CODES.has(rule);

/** Why a waiver has no effect although nothing is wrong with it. */
export const NOT_NEEDED = 'nothing needs it';

/** Why a waiver does not count on a day, whatever it is about; undefined when it does. */
export const whyVoid = (waiver: Waiver, today: string): string | undefined => voidBecause(waiver, EXCUSABLE, today);

/**
 * Judges the values of one service by every rule that needs nothing else.
 * @param today the day by which waivers end, as 2026-11-03
 */
export function lintTraffic(judged: Judged, today: string): readonly TrafficFinding[] {
  const waivers = (judged.project.waivers ?? []).map((waiver) => ({
    waiver,
    because: whyVoid(waiver, today),
  }));
  const findings = TRAFFIC_RULES.flatMap((rule) => {
    const excuse = waivers.find(({ waiver, because }) => waiver.rule === rule.code && because === undefined)?.waiver;
    return toldOnce(rule.violations(judged)).map((violation) => findingOf(rule, violation, excuse));
  });
  const excused = new Set(findings.map(({ waiver }) => waiver));
  const unused = waivers.flatMap(({ waiver, because }, index) => {
    const isNeeded = excused.has(waiver) || isOfCatalogue(waiver);
    const why = because ?? (isNeeded ? undefined : NOT_NEEDED);
    return why === undefined ? [] : [findingOf(MESH090, wasted(index, why))];
  });
  return [...findings, ...unused];
}

// a route that takes a mistake over from the service is mended with it
const toldOnce = (violations: readonly Violation[]): readonly Violation[] =>
  violations.filter(({ path, message }) => {
    const inService = path.replace(/^\/routes\/\d+/, '');
    return inService === path || !violations.some((other) => other.path === inService && other.message === message);
  });

/** What is told of a violation; a waiver makes it count as nothing. */
export const findingOf = (
  { code, hint, level: ofRule }: RuleText,
  { path, message, level = ofRule }: Violation,
  waiver?: Waiver,
): TrafficFinding => ({
  rule: code,
  level: waiver === undefined ? level : 'waived',
  path,
  message,
  hint,
  ...(waiver === undefined ? {} : { waiver }),
});
