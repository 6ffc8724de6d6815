import { type FeedQuery, feedFilter } from '../../core/dashboard/feed/feed-filter.ts';
import { feedPage } from '../../core/dashboard/feed/feed-pages.ts';
import { positionIn, positionText } from '../../core/dashboard/feed/feed-position.ts';
import type { Position } from '../../core/dashboard/page-of.ts';
import { readBody, readQuery } from '../../core/dashboard/query-values.ts';
import { type ApiRoute, ROUTES, type RouteName } from '../../core/dashboard/routes.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import { type NamedNamespace, type View, viewOf } from './admitted.ts';
import { sendAnswer, within } from './answers.ts';
import type { Asking, DashboardContext, DashboardReply, DashboardRequest } from './dashboard-context.ts';
import { Refused } from './refusals.ts';

type Answered = Exclude<RouteName, 'decisionStream'>;

/** What a request to a route asks, once it is known to be acceptable. */
export interface Question {
  readonly query: Readonly<Record<string, unknown>>;
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * What a request asks.
 * @throws Refused 400 that names the parameter and what is accepted
 */
export function questionOf(name: RouteName, request: DashboardRequest): Question {
  const { query, body }: ApiRoute = ROUTES[name];
  const { searchParams } = new URL(request.url, 'https://dashboard');
  const read = query === undefined ? { value: {} } : readQuery(query, searchParams);
  if ('problem' in read) throw unfit(read.problem);
  const asked = body === undefined ? { value: undefined } : readBody(body, request.body);
  if ('problem' in asked) throw unfit(asked.problem);
  return {
    query: read.value as Question['query'],
    path: request.params as Question['path'],
    body: asked.value,
  };
}

const unfit = (problem: string): Refused =>
  new Refused(400, `Not accepted: ${problem}.`, 'The description of the API says what is: /api/v1/openapi.json.');

/** Which namespace a question is about. */
export function namespaceNamed({ query, path, body }: Question): NamedNamespace {
  return { only: textOr(path.namespace ?? query.namespace), atLeast: textOr(fieldsOf(body).namespace) };
}

const textOr = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Answers a route of the API other than the stream. Rejects with Refused, and with whatever access and data throw. */
export async function answer(
  context: DashboardContext,
  name: Answered,
  { reader }: Asking,
  request: DashboardRequest,
  reply: DashboardReply,
): Promise<unknown> {
  const { access, namespaces, limits, questions } = context;
  const question = questionOf(name, request);
  const over = questions.begin(reader.username);
  try {
    const answering = async () => {
      const view = await viewOf(access, reader, name, namespaceNamed(question), namespaces);
      return dataOf(context, name, question, view);
    };
    const found = await within(limits.answerMs, answering(), LATE[name] ?? WORKED_ON);
    if (found === undefined) throw nothingThere(name);
    return sendAnswer(request, reply, found);
  } finally {
    over();
  }
}

async function dataOf(
  { data, feed, now }: DashboardContext,
  name: Answered,
  { query, path, body }: Question,
  { visible, seesAll }: View,
): Promise<unknown> {
  if (name !== 'decisions') {
    const given = { ...query, ...path, ...(body as object | undefined) };
    // the schema of the route has checked it
    return data[name](given as never, visible);
  }
  await feed.lookAtPeers();
  const { limit, after, ...filter } = query as FeedQuery & Position;
  const start = { ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) };
  const readAt = now();
  const reading = { asOf: isoTime(readAt), remarks: seesAll ? feed.remarks : feed.remarks.slice(0, 1) };
  const page = feedPage(feed.rings, start, feedFilter(filter, visible, seesAll), reading);
  return { ...page, position: positionText(positionIn(feed.rings, readAt.getTime())) };
}

const WORKED_ON = 'Try again in a moment: it is worked on.';
/** For what is found for one question and kept for no other. */
const LATE: Readonly<Partial<Record<RouteName, string>>> = {
  playground: 'Others try much at this moment, and an answer is kept for nobody: try again in a minute, or with less.',
  workload: 'Try again in a moment.',
  decisions: 'Try again in a moment.',
};

const THINGS: Readonly<Partial<Record<RouteName, string>>> = { briefing: 'stage', workload: 'workload' };

const nothingThere = (name: RouteName): Refused =>
  new Refused(
    404,
    `There is no such ${THINGS[name] ?? 'thing'}.`,
    'It may have been deleted, or be spelled otherwise: look in the list.',
  );
