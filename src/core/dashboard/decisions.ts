import { type Static, Type } from 'typebox';
import { DecisionRecord } from '../api/decision-record.ts';
import { closed, optional, pageOf, text } from './document.ts';

/** A decision in the feed: the record, and where in the feed it stands. */
export const FeedEntry = Type.Object(
  {
    id: text('Grows with time; the id of the event in the stream.'),
    replica: text('Which replica decided.'),
    record: DecisionRecord,
  },
  closed,
);
export type FeedEntry = Static<typeof FeedEntry>;

/** The newest first. What is older than the ring of the replicas remembers is found by `pillion audit`. */
export const FeedPage = Type.Object(
  {
    ...pageOf(FeedEntry).properties,
    position: optional(
      text('Send it as Last-Event-ID, and the stream tells what is decided after this answer, all of it and once.'),
    ),
  },
  closed,
);
export type FeedPage = Static<typeof FeedPage>;
