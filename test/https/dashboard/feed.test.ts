import { request } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import type { FeedEntry } from '../../../src/core/dashboard/decisions.ts';
import { FeedPage } from '../../../src/core/dashboard/decisions.ts';
import { API } from '../../../src/core/dashboard/routes.ts';
import { SAMPLE_RECORDS } from '../../core-fixtures/sample-records.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';
import { until } from '../until.ts';
import { runningDashboard, type TestDashboard } from './running-dashboard.ts';

const SAMPLE = (SAMPLE_RECORDS.get('inject-inject') as () => { readonly record: DecisionRecord })().record;
const decision = (name: string, more: Partial<DecisionRecord> = {}): DecisionRecord => ({
  ...SAMPLE,
  namespace: 'shop',
  pod: name,
  dryRun: false,
  ...more,
});

let dashboard: TestDashboard;
afterEach(() => dashboard.stop());

const listed = async (query = '', token = 'all') => {
  const { text } = await dashboard.ask(`${API}/decisions${query}`, token);
  return validAnswer(FeedPage, JSON.parse(text) as FeedPage);
};
const namesOf = ({ items }: FeedPage) => items.map(({ record }) => record.pod);

interface OpenStream {
  status: number;
  text: string;
  isOver: boolean;
  end(): void;
  /** No more is taken of it. */
  pause(): void;
}

function stream(query = '', token = 'all', last?: string): OpenStream {
  const headers = { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { 'last-event-id': last }) };
  const url = `${dashboard.url}${API}/decisions/stream${query}`;
  let pause = () => {};
  const open: OpenStream = { status: 0, text: '', isOver: false, end: () => call.destroy(), pause: () => pause() };
  const call = request(url, { ca: dashboard.authority, headers, agent: false }, (response) => {
    open.status = response.statusCode ?? 0;
    pause = () => void response.pause();
    response.setEncoding('utf8').on('data', (chunk: string) => {
      open.text += chunk;
    });
    const over = () => {
      open.isOver = true;
    };
    response.on('close', over).on('error', over);
  });
  call.on('error', () => {
    open.isOver = true;
  });
  call.end();
  return open;
}

const eventsOf = ({ text }: OpenStream) =>
  [...text.matchAll(/^id: (.*)\ndata: (.*)\n\n/gm)].map(([, id = '', data = '']) => ({
    id,
    entry: JSON.parse(data) as FeedEntry,
  }));
const podsOf = (open: OpenStream) => eventsOf(open).map(({ entry }) => entry.record.pod);
const opened = async (...args: Parameters<typeof stream>) => {
  const open = stream(...args);
  await until(() => open.text.includes('retry:'));
  return open;
};

describe('the list of decisions', () => {
  test('has the newest first, page by page, and no dry run', async () => {
    dashboard = await runningDashboard();
    for (const name of ['a', 'b', 'c']) dashboard.feed.write(decision(name));
    dashboard.feed.write(decision('tried', { dryRun: true }));
    const first = await listed('?limit=2');
    expect([namesOf(first), first.total]).toEqual([['c', 'b'], 3]);
    const second = await listed(`?limit=2&after=${first.next}`);
    expect([namesOf(second), second.next]).toEqual([['a'], undefined]);
  });

  test.each([
    ['?namespace=street', ['b']],
    ['?verdict=deny,error', ['c']],
    ['?verdict=', ['d', 'c', 'b', 'a']],
    ['?tribe=sales', ['a']],
    ['?tribe=unowned', ['d', 'c', 'b']],
    ['?user=jane', ['d']],
    ['?hook=warn', ['b']],
    ['?hook=inject&verdict=inject', ['d', 'a']],
  ])('%s', async (query, pods) => {
    dashboard = await runningDashboard();
    const of = { hook: 'inject', verdict: 'inject', user: 'controller', tribe: undefined } as const;
    dashboard.feed.write(decision('a', { ...of, tribe: 'sales' } as never));
    dashboard.feed.write(decision('b', { ...of, hook: 'warn', namespace: 'street' } as never));
    dashboard.feed.write(decision('c', { ...of, verdict: 'deny' } as never));
    dashboard.feed.write(decision('d', { ...of, user: 'jane' } as never));
    expect(namesOf(await listed(query))).toEqual(pods);
  });

  test('is that of one’s own namespaces for whoever sees no more', async () => {
    dashboard = await runningDashboard();
    dashboard.feed.write(decision('mine'));
    dashboard.feed.write(decision('theirs', { namespace: 'street' }));
    dashboard.feed.write(decision('nobodys', { namespace: '' }));
    expect(await listed('', 'shop')).toMatchObject({ total: 1, items: [{ record: { pod: 'mine' } }] });
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=many', 'limit'],
    ['?colour=red', 'colour'],
    ['?user=a&user=b', 'user'],
  ])('%s is refused with what is accepted', async (query, name) => {
    dashboard = await runningDashboard();
    const reply = await dashboard.ask(`${API}/decisions${query}`, 'all');
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text).message).toContain(name);
  });
});

describe('the stream of decisions', () => {
  test('tells what comes, by filters and rights, and goes on where it was left', async () => {
    dashboard = await runningDashboard();
    dashboard.feed.write(decision('before'));
    const [all, mine] = [await opened('?namespace=shop'), await opened('', 'shop')];
    dashboard.feed.write(decision('one'));
    dashboard.feed.write(decision('elsewhere', { namespace: 'street' }));
    await until(() => podsOf(all).length === 1 && podsOf(mine).length === 1);
    const [last] = eventsOf(all);
    all.end();
    dashboard.feed.write(decision('two'));
    dashboard.feed.write(decision('three'));
    const again = stream('?namespace=shop', 'all', last?.id);
    await until(() => podsOf(again).length === 2);
    expect(podsOf(again)).toEqual(['two', 'three']);
    await until(() => podsOf(mine).length === 3);
    expect(podsOf(mine)).toEqual(['one', 'two', 'three']);
    again.end();
    mine.end();
  });

  test('goes on behind an entry of the list', async () => {
    dashboard = await runningDashboard();
    dashboard.feed.write(decision('one'));
    const { items } = await listed();
    dashboard.feed.write(decision('two'));
    const open = stream('', 'all', items[0]?.id);
    await until(() => podsOf(open).length === 1);
    expect(podsOf(open)).toEqual(['two']);
    open.end();
  });

  test('that breaks before its first decision goes on where it began', async () => {
    dashboard = await runningDashboard();
    dashboard.feed.write(decision('before'));
    const { position } = await listed('?namespace=nowhere');
    const open = await opened();
    const [, began] = /^id: (.*)$/m.exec(open.text) ?? [];
    open.end();
    dashboard.feed.write(decision('missed'));
    for (const last of [began, position]) {
      const again = stream('', 'all', last);
      dashboard.feed.write(decision('next'));
      await until(() => podsOf(again).includes('next'));
      expect(podsOf(again)[0]).toBe('missed');
      again.end();
    }
  });

  test('ends when its reader leaves the group that may see it', async () => {
    dashboard = await runningDashboard({ limits: { heartbeatMs: 50 } });
    dashboard.api.readers.set('squad', ['shop']);
    dashboard.api.groups.set('none', ['squad']);
    const open = await opened('', 'none');
    await until(() => open.text.includes(': still here'));
    dashboard.api.groups.delete('none');
    dashboard.passTime(60_000);
    await until(() => open.isOver);
  });

  test('is alive when nothing comes, and ends when its reader may see nothing any more', async () => {
    dashboard = await runningDashboard({ limits: { heartbeatMs: 50 } });
    const open = await opened('', 'shop');
    await until(() => open.text.includes(': still here'));
    dashboard.api.readers.set('shop', []);
    dashboard.passTime(60_000);
    await until(() => open.isOver);
  });

  test('goes on while the API server is away', async () => {
    dashboard = await runningDashboard({ limits: { heartbeatMs: 50 } });
    const open = await opened('', 'shop');
    dashboard.api.away = true;
    dashboard.passTime(60_000);
    const { calls } = dashboard.api;
    await until(() => dashboard.api.calls > calls + 1);
    dashboard.feed.write(decision('one'));
    await until(() => podsOf(open).length === 1);
    expect(open.isOver).toBe(false);
    open.end();
  });

  test('is bounded for each reader and for all', async () => {
    dashboard = await runningDashboard({ limits: { maxFeeds: 3, maxFeedsOfReader: 2 } });
    const open = [await opened(), await opened(), await opened('', 'shop')];
    expect(await dashboard.metric('pillion_dashboard_streams')).toBe(3);
    expect(await dashboard.ask(`${API}/decisions/stream`, 'all')).toMatchObject({ status: 429 });
    expect(await dashboard.ask(`${API}/decisions/stream`, 'shop')).toMatchObject({ status: 429 });
    for (const one of open) one.end();
    await until(async () => (await dashboard.metric('pillion_dashboard_streams')) === 0);
    (await opened()).end();
  });

  test('cuts a reader that is too slow, who goes on later without a loss', async () => {
    dashboard = await runningDashboard({ limits: { maxWaitingBytes: 10_000, heartbeatMs: 100 } });
    const slow = await opened();
    dashboard.feed.write(decision('first'));
    await until(() => podsOf(slow).length === 1);
    slow.pause();
    const wide = 'x'.repeat(100_000);
    let written = 0;
    await until(async () => {
      if (written < 1_000) dashboard.feed.write(decision(`${written++}`, { message: wide }));
      return (await dashboard.metric('pillion_dashboard_streams')) === 0;
    });
    const [last] = eventsOf(slow);
    const again = stream('', 'all', last?.id);
    await until(() => podsOf(again).length > 0);
    // the ring has forgotten what is over its bounds, and nothing else
    const [oldest] = dashboard.feed.own.all;
    expect([written > 40, podsOf(again)[0]]).toEqual([true, oldest?.record.pod]);
    again.end();
  });

  test('ends when the replica ends, which does not wait for it', async () => {
    dashboard = await runningDashboard();
    const open = await opened();
    await dashboard.close();
    await until(() => open.isOver);
    expect(open.text).toMatch(/^id: \S+\nretry: 2000\n\n/);
  });

  test.each(['nonsense', '1-2-3', `${'a.1,'.repeat(40)}a.1`])('the id %s is refused', async (last) => {
    dashboard = await runningDashboard();
    const reply = await dashboard.ask(`${API}/decisions/stream`, 'all', { headers: { 'last-event-id': last } });
    expect(reply.status).toBe(400);
  });
});
