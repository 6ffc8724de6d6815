import type { Feed } from '../api/use-feed.ts';
import { Prose } from '../parts/prose.tsx';

/** Whether the feed is live, and the button that pauses it or goes on. */
export function FeedStanding({ feed }: { feed: Feed }) {
  const { state, retryInSeconds, trouble, pause, resume } = feed;
  const isRunning = state === 'live' || state === 'connecting';
  return (
    <div class={`standing ${state}`}>
      <p>
        {/* read out when the state changes, and not at each second of the wait */}
        <span role="status">{SAYS[state]}</span>
        {state === 'broken' && <span> Next try in {retryInSeconds} s.</span>}
        {trouble !== undefined && (
          <span>
            {' '}
            {trouble.what} {trouble.said} <Prose text={trouble.next} />
          </span>
        )}
      </p>
      <button type="button" onClick={isRunning ? pause : resume}>
        {isRunning ? 'Pause' : state === 'paused' ? 'Resume' : 'Try again now'}
      </button>
    </div>
  );
}

const SAYS: Readonly<Record<Feed['state'], string>> = {
  connecting: 'Connecting …',
  live: 'Live: new decisions appear on top.',
  paused: 'Paused. Resume goes on behind the last decision that is shown.',
  broken: 'The live feed broke; what is shown stays.',
  refused: 'The live feed has ended.',
};
