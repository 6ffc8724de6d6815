import type { GateName } from '../../api/rollout-gates.ts';
import type { GateResult } from '../gate-result.ts';

/** A figure that a gate asks for, or why it cannot be had. */
export type Measured = Figure | Missing;

export interface Figure {
  readonly value: number;
  /** Who says so, such as `Prometheus`. */
  readonly from: string;
  /** How it was foretold where nobody measured it. */
  readonly model?: string;
  readonly query?: string;
}

export interface Missing {
  readonly missing: string;
  /** How to get it. */
  readonly next: string;
  readonly query?: string;
}

/** What is asked of a figure. */
export interface Limit {
  /** What the figure is of, such as `requests that failed`. */
  readonly what: string;
  readonly at: 'most' | 'least';
  readonly bound: number;
  /** The figure, and the bound, for people. */
  readonly written: (value: number) => string;
  /** What to do where it is not kept. */
  readonly next: string;
}

/** One figure of a gate, and whether it is as it has to be. */
export interface GatePart {
  readonly what: string;
  readonly state: GateResult['state'];
  /** Undefined where it cannot be had. */
  readonly value?: number;
  /** The value for people. */
  readonly figure?: string;
  readonly bound: string;
  readonly says: string;
  readonly next?: string;
  /** What Prometheus was asked, for whoever wants to see for himself. */
  readonly query?: string;
  readonly model?: string;
}

/** A gate with each figure that it asks for. */
export interface JudgedGate extends GateResult {
  readonly parts: readonly GatePart[];
}

/** Whether a figure keeps its limit. One that is missing, or no amount at all, is unknown. */
export function judgedFigure(limit: Limit, measured: Measured): GatePart {
  const { what, at, bound, written } = limit;
  const asked = { what, bound: `at ${at} ${written(bound)}`, ...(measured.query && { query: measured.query }) };
  if ('missing' in measured) return unknownPart(asked, measured);
  const { value, from, model } = measured;
  const no = noAmount(value, from);
  if (no) return unknownPart(asked, no);
  const isKept = at === 'most' ? value <= bound : value >= bound;
  // a figure just beyond its bound is not written like it
  const figure = !isKept && written(value) === written(bound) ? `${written(value)} (${value})` : written(value);
  return {
    ...asked,
    state: isKept ? 'passed' : 'failed',
    ...{ value, figure },
    says: `${what}: ${figure} by ${from}${model === undefined ? '' : ` (${model})`}, asked for is ${asked.bound}`,
    ...(isKept ? {} : { next: limit.next }),
    ...(model === undefined ? {} : { model }),
  };
}

/** Why a number is no amount of anything; undefined where it is one. */
export const noAmount = (value: number, from: string): Missing | undefined =>
  Number.isFinite(value) && value >= 0
    ? undefined
    : {
        missing: `${from} says ${value}, which is no amount`,
        next: 'run the query yourself and look at its series',
      };

function unknownPart(asked: Pick<GatePart, 'what' | 'bound' | 'query'>, { missing, next }: Missing): GatePart {
  return {
    ...asked,
    state: 'unknown',
    says: `${asked.what}: unknown, since ${missing}; asked for is ${asked.bound}`,
    next,
  };
}

/** That there is nothing to ask yet: before the first stage nothing has been opened that could go wrong. */
export const nothingYet = ({ what, at, bound, written }: Limit): GatePart => ({
  what,
  state: 'passed',
  bound: `at ${at} ${written(bound)}`,
  says: `${what}: nothing to measure, since no other stage is open yet`,
});

// a record of the rollout takes sentences of 1,000 characters
const MOST_CHARACTERS = 900;

/** A gate from its parts: it fails with one of them, is unknown with one of them, and passes with all of them. */
export function judgedGate(gate: GateName, parts: readonly GatePart[]): JudgedGate {
  const [first] = [...parts].sort((one, other) => WORST.indexOf(one.state) - WORST.indexOf(other.state));
  const open = parts.filter(({ state }) => state !== 'passed');
  const says = (open.length > 0 ? open : parts).map((part) => part.says).join('; ');
  const next = [...new Set(open.flatMap((part) => part.next ?? []))].join('; ');
  return {
    gate,
    // a gate that asks for nothing has not passed either
    state: first?.state ?? 'unknown',
    says: first === undefined ? 'it names no figure' : cut(says),
    ...(first === undefined
      ? { next: `give ${gate} a figure in the plan, or leave it out` }
      : next && { next: cut(next) }),
    parts,
  };
}

const WORST: readonly GateResult['state'][] = ['failed', 'unknown', 'passed'];

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);
