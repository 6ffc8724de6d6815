import { printable } from '../../core/problem/printable.ts';
import type { GateResult } from '../../core/rollout/gate-result.ts';
import type { Refusal } from '../../core/rollout/opening-refusals.ts';
import type { LabelChange, LeftUndone } from '../../core/rollout/stage-labels.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

/** One thing that is changed, or would be. */
export interface ToldChange {
  /** Such as `Namespace shop`. */
  readonly object: string;
  readonly key: string;
  /** Null where nothing stands, or will. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What a command does to the rollout, as it is told to people and to machines. */
export interface RolloutChange {
  readonly stage?: string;
  readonly dryRun: boolean;
  /** Whether it is done, or would be. */
  readonly result: 'done' | 'would-be-done' | 'refused' | 'nothing-to-do';
  readonly refusals: readonly Refusal[];
  readonly gates: readonly GateResult[];
  readonly changes: readonly ToldChange[];
  readonly left: readonly LeftUndone[];
}

export const PLAN_OBJECT = 'RolloutPlan default';

/** A change of the state of a stage. */
export const stateChange = (stage: string, from: string, to: string): readonly ToldChange[] =>
  from === to ? [] : [{ object: PLAN_OBJECT, key: `state of ${stage}`, from, to }];

/** Changes of labels of namespaces. */
export const labelChanges = (changes: readonly LabelChange[]): readonly ToldChange[] =>
  changes.map(({ namespace, key, from, to }) => ({ object: `Namespace ${namespace}`, key, from, to }));

/**
 * The change for people.
 * @param words what is done, such as `opened`
 */
export function changeText(
  { stage, dryRun, result, refusals, gates, changes, left }: RolloutChange,
  words: string,
  environment: Environment,
): string {
  const what = stage === undefined ? 'the rollout' : `stage ${stage}`;
  const told = [
    ...gates.map(({ gate, state, says }) => `gate ${gate} ${state}: ${says}`),
    ...left.map(({ namespace, says }) => `namespace ${namespace} ${says}`),
    ...refusals.flatMap(({ says, next }) => [`refused: ${says}`, `  ${next}`]),
  ].map((line) => `${printable(line)}\n`);
  const rows = changes.map(({ object, key, from, to }) => [object, key, from ?? '-', to ?? '-'].map(printable));
  const table = rows.length === 0 ? '' : `${fittedTable(['OBJECT', 'KEY', 'FROM', 'TO'], rows, environment)}\n`;
  return `${told.join('')}${table}${ENDINGS[result](what, words, dryRun)}\n`;
}

const ENDINGS: Readonly<Record<RolloutChange['result'], (what: string, words: string, dryRun: boolean) => string>> = {
  done: (what, words) => `${what} is ${words}`,
  'would-be-done': (what, words) => `${what} would be ${words}; nothing is written`,
  // it may be so already, as when a second run meets a gate that has failed since
  refused: (what) => `${what} is left as it is: nothing is written`,
  'nothing-to-do': (what, words) => `${what} is ${words} already; nothing to write`,
};
