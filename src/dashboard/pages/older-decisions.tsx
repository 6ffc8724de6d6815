import { useEffect, useRef, useState } from 'preact/hooks';
import type { FeedEntry, FeedPage } from '../../core/dashboard/decisions.ts';
import { read } from '../api/call.ts';
import { ApiTrouble, type Trouble, UNREADABLE } from '../api/trouble.ts';
import { TroubleNotice } from '../parts/trouble-notice.tsx';

/** As many are read at a time. */
export const DECISIONS_AT_ONCE = 100;

/** A button that leads to older decisions, as long as the replicas remember some. */
export function OlderDecisions({
  begun,
  query,
  last,
  hidden,
  onOlder,
}: {
  /** The page that the feed began with. */
  begun: FeedPage;
  query: readonly (readonly [string, string])[];
  /** The oldest one that is known here. */
  last: FeedEntry | undefined;
  /** How many are known here and not shown. */
  hidden: number;
  onOlder: (entries: readonly FeedEntry[]) => void;
}) {
  const [hasMore, setMore] = useState(begun.next !== undefined);
  const [trouble, setTrouble] = useState<Trouble>();
  const reading = useRef<AbortController>(undefined);
  useEffect(() => {
    setMore(begun.next !== undefined);
    setTrouble(undefined);
    return () => reading.current?.abort();
  }, [begun]);
  if (last === undefined || !(hasMore || hidden > 0)) return null;
  const show = async () => {
    reading.current?.abort();
    if (hidden >= DECISIONS_AT_ONCE || !hasMore) return onOlder([]);
    const ending = new AbortController();
    reading.current = ending;
    try {
      const asked = [...query, ['limit', String(DECISIONS_AT_ONCE)], ['after', last.id]] as const;
      const page = await read('decisions', { query: asked }, ending.signal);
      if (ending.signal.aborted) return;
      setTrouble(undefined);
      setMore(page.next !== undefined);
      onOlder(page.items);
    } catch (error) {
      if (!ending.signal.aborted) setTrouble(error instanceof ApiTrouble ? error.trouble : UNREADABLE);
    }
  };
  return (
    <>
      {trouble !== undefined && <TroubleNotice trouble={trouble} of="Older decisions" again={show} />}
      <p class="more">
        <button type="button" onClick={show}>
          Show older
        </button>
      </p>
    </>
  );
}
