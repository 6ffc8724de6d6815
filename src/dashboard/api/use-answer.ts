import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { RouteName } from '../../core/dashboard/routes.ts';
import { type AnswerOf, type Asked, addressOf, read } from './call.ts';
import { ApiTrouble, type Trouble, UNREADABLE } from './trouble.ts';

export interface Answered<T> {
  /** The last answer; it stays while the next one is on its way, and when that fails. */
  readonly answer?: T;
  /** The address of the question that `answer` answers. */
  readonly answers?: string;
  readonly trouble?: Trouble;
  readonly isLoading: boolean;
  readonly again: () => void;
}

// going back to a page shows at once what it showed, and reads it again
const MOST_KEPT = 40;
// as Retry-After asks for two, and whoever reads what the notice says has time
const AGAIN_MS = 5_000;
const kept = new Map<string, unknown>();

/** Lets go of what was answered: one of the answers could not be drawn. */
export const forgetAnswers = (): void => kept.clear();

function keep(address: string, answer: unknown): void {
  kept.delete(address);
  kept.set(address, answer);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** What a question to the API is answered, asked again when it changes or when `again` is called. */
export function useAnswer<N extends RouteName>(name: N, asked: Asked = {}): Answered<AnswerOf<N>> {
  const address = addressOf(name, asked);
  const latest = useRef(asked);
  latest.current = asked;
  const [state, setState] = useState<Omit<Answered<AnswerOf<N>>, 'again'>>(() => ({
    ...shown(address),
    isLoading: true,
  }));
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    const ending = new AbortController();
    let later: ReturnType<typeof setTimeout> | undefined;
    setState((before) => ({ ...before, ...shown(address), isLoading: true }));
    read(name, latest.current, ending.signal).then(
      (answer) => {
        if (ending.signal.aborted) return;
        keep(address, answer);
        setState({ answer, answers: address, isLoading: false });
      },
      (error: unknown) => {
        if (ending.signal.aborted) return;
        const trouble = error instanceof ApiTrouble ? error.trouble : UNREADABLE;
        setState((before) => ({ ...before, trouble, isLoading: false }));
        if (trouble.isPassing) later = setTimeout(again, AGAIN_MS);
      },
    );
    return () => {
      clearTimeout(later);
      ending.abort();
    };
  }, [name, address, turn]);
  return { ...state, again };
}

function shown<T>(address: string): { answer?: T; answers?: string } {
  return kept.has(address) ? { answer: kept.get(address) as T, answers: address } : {};
}
