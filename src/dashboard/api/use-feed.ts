import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { FeedEntry, FeedPage } from '../../core/dashboard/decisions.ts';
import { addressOf } from './call.ts';
import { readEvents } from './event-stream.ts';
import { ApiTrouble, type Trouble } from './trouble.ts';

export type FeedState = 'connecting' | 'live' | 'paused' | 'broken' | 'refused';

export interface Feed {
  /** The newest first. */
  readonly entries: readonly FeedEntry[];
  readonly state: FeedState;
  /** Of a feed that broke: seconds until the next try. */
  readonly retryInSeconds?: number;
  readonly trouble?: Trouble;
  readonly pause: () => void;
  /** Reads on behind the last decision that is shown, so nothing is missed that the server still has. */
  readonly resume: () => void;
  /** Puts older ones behind those that are known. */
  readonly append: (older: readonly FeedEntry[]) => void;
}

const MOST_ENTRIES = 500;
// a burst of decisions is drawn at once
const DRAW_EVERY_MS = 200;
const LONGEST_RETRY_SECONDS = 30;

/**
 * Decisions as they are made, behind those of a page that was read before.
 * @param begun the page, the newest first; undefined while it is read
 */
export function useFeed(query: readonly (readonly [string, string])[], begun: FeedPage | undefined): Feed {
  const [entries, setEntries] = useState<readonly FeedEntry[]>([]);
  const [state, setState] = useState<Pick<Feed, 'state' | 'retryInSeconds' | 'trouble'>>({ state: 'connecting' });
  const [isPaused, setPaused] = useState(false);
  const [turn, setTurn] = useState(0);
  const last = useRef<string>(undefined);
  const failures = useRef(0);
  // what somebody asked for is not pushed out by what comes
  const most = useRef(MOST_ENTRIES);
  const address = addressOf('decisionStream', { query });

  useEffect(() => {
    if (begun === undefined) return;
    setEntries(begun.items);
    most.current = MOST_ENTRIES;
    last.current = begun.position ?? begun.items[0]?.id;
  }, [begun]);

  useEffect(() => {
    if (begun === undefined) return;
    if (isPaused) return setState({ state: 'paused' });
    const ending = new AbortController();
    const waiting: FeedEntry[] = [];
    const draw = () => {
      if (waiting.length === 0) return;
      const fresh = waiting.splice(0).reverse();
      setEntries((before) => [...fresh, ...before].slice(0, most.current));
    };
    const drawing = setInterval(draw, DRAW_EVERY_MS);
    let retry: ReturnType<typeof setInterval> | undefined;
    const broke = (error: unknown) => {
      if (ending.signal.aborted) return;
      const trouble = error instanceof ApiTrouble ? error.trouble : undefined;
      if (trouble?.isToken) return setState({ state: 'refused', trouble });
      let seconds = Math.min(LONGEST_RETRY_SECONDS, 2 ** failures.current++);
      const tell = () => setState({ state: 'broken', retryInSeconds: seconds, ...(trouble && { trouble }) });
      tell();
      retry = setInterval(() => {
        seconds -= 1;
        if (seconds > 0) return tell();
        clearInterval(retry);
        setTurn((before) => before + 1);
      }, 1_000);
    };
    setState((before) => (before.state === 'broken' ? before : { state: 'connecting' }));
    readEvents(
      address,
      last.current,
      ending.signal,
      () => {
        setState({ state: 'live' });
      },
      ({ id, data }) => {
        if (id !== '') last.current = id;
        if (data === undefined) return;
        failures.current = 0;
        const entry = entryOf(data);
        if (entry !== undefined) waiting.push(entry);
      },
    ).then(() => broke(undefined), broke);
    return () => {
      ending.abort();
      clearInterval(drawing);
      clearInterval(retry);
      draw();
    };
  }, [address, begun, isPaused, turn]);

  const pause = useCallback(() => setPaused(true), []);
  const resume = useCallback(() => {
    setPaused(false);
    setTurn((before) => before + 1);
  }, []);
  const append = useCallback((older: readonly FeedEntry[]) => {
    most.current += older.length;
    setEntries((before) => [...before, ...older]);
  }, []);
  return { entries, ...state, pause, resume, append };
}

/** One broken event is left out, and the feed goes on. */
function entryOf(data: string): FeedEntry | undefined {
  try {
    return JSON.parse(data) as FeedEntry;
  } catch {
    return undefined;
  }
}
