import { useEffect, useRef, useState } from 'preact/hooks';
import type { RouteName } from '../../core/dashboard/routes.ts';
import { type AnswerOf, type Asked, addressOf } from '../api/call.ts';
import { type Answered, useAnswer } from '../api/use-answer.ts';
import { number } from './moment.ts';

type ListName = Extract<RouteName, 'namespaces' | 'workloads'>;

/** As many as are shown at a time: enough to look through, few enough to be drawn at once. */
const ROWS = 50;

export interface PagedRows<N extends ListName> {
  readonly answered: Answered<AnswerOf<N>>;
  readonly first: number;
  readonly goOn: (() => void) | undefined;
  readonly goBack: (() => void) | undefined;
}

/** Reads a list page by page; a new filter begins at the first page. */
export function usePagedRows<N extends ListName>(name: N, query: readonly (readonly [string, string])[]): PagedRows<N> {
  const key = addressOf(name, { query });
  const [{ of, cursors }, setPlace] = useState<{ of: string; cursors: readonly string[] }>({ of: key, cursors: [] });
  const current = of === key ? cursors : [];
  useEffect(() => setPlace((before) => (before.of === key ? before : { of: key, cursors: [] })), [key]);
  const asked: Asked = { query: [...query, ['limit', String(ROWS)], ['after', current.at(-1) ?? '']] };
  const answered = useAnswer(name, asked);
  const isCurrent = answered.answers === addressOf(name, asked);
  // until the next page is there, the rows of the last one are shown and told as such
  const first = useRef(0);
  if (isCurrent) first.current = current.length * ROWS;
  const next = isCurrent ? answered.answer?.next : undefined;
  return {
    answered,
    first: first.current,
    goOn: next === undefined ? undefined : () => setPlace({ of: key, cursors: [...current, next] }),
    goBack: current.length === 0 ? undefined : () => setPlace({ of: key, cursors: current.slice(0, -1) }),
  };
}

/** Which rows are shown, of how many, and the buttons that lead on. */
export function PageButtons<N extends ListName>({ rows, what }: { rows: PagedRows<N>; what: string }) {
  const { answered, first, goOn, goBack } = rows;
  if (answered.answer === undefined) return null;
  const { items, total, next } = answered.answer;
  const says =
    total === 0 ? `No ${what}` : `${number(first + 1)} to ${number(first + items.length)} of ${number(total)} ${what}`;
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <p role="status">{says}</p>
      {(next !== undefined || first > 0) && (
        <span class="buttons">
          <button type="button" onClick={goBack} aria-disabled={goBack === undefined}>
            Previous
          </button>
          <button type="button" onClick={goOn} aria-disabled={goOn === undefined}>
            Next
          </button>
        </span>
      )}
    </nav>
  );
}
