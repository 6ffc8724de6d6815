import Table from 'cli-table3';
import type { Combination } from './combinations.ts';

/** A combination about which two sides say different things. */
export interface Disagreement {
  readonly row: Combination;
  readonly about: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Collects what does not agree, so that one run shows every row at once. */
export class Disagreements {
  readonly #found: Disagreement[] = [];
  #compared = 0;

  compare(row: Combination, about: string, expected: unknown, found: unknown): void {
    this.#compared++;
    if (JSON.stringify(expected) !== JSON.stringify(found)) this.#found.push({ row, about, expected, found });
  }

  get compared(): number {
    return this.#compared;
  }

  get disagreeing(): number {
    return this.#found.length;
  }

  /** @throws Error with a table, a line for each disagreement */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const table = new Table({
      head: ['namespace', 'pod', 'about', 'expected', 'found'],
      style: { head: [], border: [] },
    });
    for (const { row, about, expected, found } of this.#found.slice(0, 30))
      table.push([row.namespace, podText(row), about, cellText(expected), cellText(found)]);
    throw new Error(`${this.#found.length} of ${this.#compared} comparisons disagree:\n${table.toString()}`);
  }
}

const cellText = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 1500);

function podText({ namespace: _, settings, ...row }: Combination): string {
  const told = Object.entries(row).filter(([, value]) => value !== undefined && value !== false && value !== 'nothing');
  return [...told, ...Object.entries(settings)].map(([key, value]) => `${key}=${String(value)}`).join('\n');
}
