import type { Reader } from '../../cluster/dashboard-readers/token-review.ts';
import { type FeedQuery, feedFilter } from '../../core/dashboard/feed/feed-filter.ts';
import { positionAt, positionOf } from '../../core/dashboard/feed/feed-position.ts';
import { PODS } from '../../core/dashboard/route-rights.ts';
import { admitted, viewOf } from './admitted.ts';
import { namespaceNamed, questionOf } from './api-routes.ts';
import type { Asking, DashboardContext, DashboardReply, DashboardRequest } from './dashboard-context.ts';
import { FeedStream } from './feed-stream.ts';
import { lacking } from './granting.ts';
import { Refused } from './refusals.ts';

/** Below the API: what a replica decided itself, for the others. It is no part of the API. */
export const OWN_DECISIONS = '/decisions/of-this-replica';

// 1 to 2 MB of ordinary records
const MOST_TOLD = 500;

/** What this replica decided itself, behind the position that is given. Rejects with Refused, and as access does. */
export async function ownDecisions(
  { access, feed }: DashboardContext,
  { reader }: Asking,
  request: DashboardRequest,
): Promise<object> {
  if (!(await access.may(reader, PODS))) throw lacking(reader, PODS);
  const { searchParams } = new URL(request.url, 'https://dashboard');
  const { own } = feed;
  const [, run, sequence] = /^([0-9a-z]{1,32})\.(\d{1,15})$/.exec(searchParams.get('after') ?? '') ?? [];
  const after = own.after(run === own.run ? Number(sequence) : 0);
  return { run: own.run, entries: after.slice(0, MOST_TOLD).map(held), more: after.length > MOST_TOLD };
}

const held = ({ sequence, atMs, record }: { sequence: number; atMs: number; record: object }) => ({
  ...{ sequence, atMs, record },
});

/** Begins a stream of decisions. Rejects with Refused, and as access does. */
export async function beginStream(
  context: DashboardContext,
  { reader, token }: Asking,
  request: DashboardRequest,
  reply: DashboardReply,
): Promise<unknown> {
  const { access, feed, streams, namespaces, limits, questions, now } = context;
  const question = questionOf('decisionStream', request);
  const filter = question.query as FeedQuery;
  const { ip: from } = request;
  const viewAs = (whom: Reader) => viewOf(access, whom, 'decisionStream', namespaceNamed(question), namespaces);
  const last = request.headers['last-event-id'];
  const known = typeof last === 'string' && last !== '' ? positionOf(last) : positionAt(now().getTime());
  if (known === undefined)
    throw new Refused(
      400,
      'The header Last-Event-ID is no id of this feed.',
      'Leave it out to begin with what comes now.',
    );
  const over = questions.begin(reader.username);
  const { visible, seesAll } = await viewAs(reader).finally(over);
  await feed.lookAtPeers();
  streams.demandRoom(reader.username);
  const stream = new FeedStream({
    feed,
    position: known,
    matches: feedFilter(filter, visible, seesAll),
    maxWaitingBytes: limits.maxWaitingBytes,
  });
  const mayGoOn = async (): Promise<boolean> => {
    try {
      // the groups of a token may have changed since
      const seen = await viewAs(await admitted(access, token, from));
      stream.filterBy(feedFilter(filter, seen.visible, seen.seesAll));
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  };
  streams.add({ stream, reader: reader.username, mayGoOn });
  // a proxy on the way must not wait until there is more
  return reply.header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8').send(stream);
}
