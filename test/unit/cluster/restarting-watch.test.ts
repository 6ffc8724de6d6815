import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { Backoff } from '../../../src/cluster/backoff.ts';
import { Namespaces } from '../../../src/cluster/namespaces.ts';
import { type RestartCause, RestartingWatch } from '../../../src/cluster/restarting-watch.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import { until } from '../../https/until.ts';
import { type FakeApiServer, fakeApiServer, type Handler, line, page, status, watching } from './fake-api-server.ts';

const bookmark = (resourceVersion: string) =>
  `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } })}\n`;
const gone = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`;
const failing = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, reason: 'InternalError' } })}\n`;

describe('a watch goes on', () => {
  let api: FakeApiServer;
  let watch: RestartingWatch;
  let known: ReadonlyMap<string, Namespace>;
  let restarts: RestartCause[];
  let contacts: number;
  let lists: number;
  let silenceMs: number;
  let pauses: number[];

  beforeEach(async () => {
    api = await fakeApiServer();
    known = new Map();
    restarts = [];
    contacts = 0;
    lists = 0;
    pauses = [];
    silenceMs = 60_000;
  });
  afterEach(async () => {
    await watch.stop();
    await api.close();
  });

  function start(...handlers: Handler[]): void {
    api.script(...handlers);
    const target = new Namespaces({
      keepLabel: (key) => key === 'istio-injection',
      publish: (all) => {
        known = all;
      },
      coalesceMs: 1,
    });
    watch = new RestartingWatch({
      transport: api.transport,
      path: '/api/v1/namespaces',
      target,
      log: pino({}, { write: (written) => void pauses.push(JSON.parse(written).pauseMs) }),
      metrics: {
        contact: () => {
          contacts += 1;
        },
        restarted: (cause) => restarts.push(cause),
        listed: () => {
          lists += 1;
        },
      },
      now: () => 0,
      random: () => 0.5,
      silenceMs,
      backoff: new Backoff(() => 0, { baseMs: 2, capMs: 8 }),
    });
    watch.start();
  }

  const names = () => [...known.keys()].sort();
  const watchesFrom = () =>
    api.seen.filter(({ query }) => query.has('watch')).map(({ query }) => query.get('resourceVersion'));

  test('from a list in pages, as metadata only, with the credentials of the kubeconfig', async () => {
    start(page(['a', 'b'], '10', 'next-page'), page(['c'], '10'), watching([line('ADDED', 'd', '11')]));
    await until(() => names().length === 4);
    const [first, second, third] = api.seen;
    expect(first?.query.get('limit')).toBe('500');
    expect(second?.query.get('continue')).toBe('next-page');
    expect(first?.headers.accept).toContain('as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
    expect(first?.headers.authorization).toBe('Bearer secret-of-the-test');
    expect(third?.headers.accept).toContain('as=PartialObjectMetadata;');
    expect(Object.fromEntries(third?.query ?? [])).toMatchObject({
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
    });
    expect(Number(third?.query.get('timeoutSeconds'))).toBe(450);
  });

  test('and follows what is added, changed and deleted, however the lines are cut', async () => {
    const lines = [
      line('MODIFIED', 'a', '11', { 'istio-injection': 'enabled', team: 'blue' }),
      line('ADDED', 'b', '12'),
      line('DELETED', 'c', '13'),
    ].join('');
    const pieces = [...lines].map((_, index) => lines.slice(index * 7, index * 7 + 7)).filter((piece) => piece !== '');
    start(page(['a', 'c'], '10'), watching(pieces));
    await until(() => names().join() === 'a,b');
    expect(known.get('a')?.labels).toEqual({ 'istio-injection': 'enabled' });
  });

  test('where it stood when the API server ends it as usual', async () => {
    start(
      page(['a'], '10'),
      watching([line('ADDED', 'b', '11'), bookmark('15')], 'ends'),
      watching([line('ADDED', 'c', '16')]),
    );
    await until(() => names().length === 3);
    expect([watchesFrom(), restarts, lists]).toEqual([['10', '15'], ['ended'], 1]);
  });

  test.each([
    ['the watch says 410', watching([gone], 'ends')],
    ['the request is answered with 410', status(410, 'Expired')],
    ['a line is garbage', watching(['<html>proxy</html>\n'], 'ends'), 'garbage'],
    ['a line is JSON but no event', watching(['{"type":"ADDED"}\n'], 'ends'), 'garbage'],
    ['it ends in the middle of a line', watching(['{"type":"ADD'], 'ends'), 'garbage'],
  ])('with a new list when %s; what is gone meanwhile is forgotten', async (_name, fault, cause = 'gone') => {
    start(page(['a', 'b'], '10'), fault, page(['b', 'c'], '20'), watching([]));
    await until(() => names().join() === 'b,c');
    await until(() => watchesFrom().length === 2);
    expect([watchesFrom(), restarts, lists]).toEqual([['10', '20'], [cause], 2]);
  });

  test('with growing pauses where lists work and watches do not', async () => {
    const garbage = watching(['<html>proxy</html>\n'], 'ends');
    const list = page(['a'], '10');
    start(list, garbage, list, garbage, list, garbage, list, watching([line('ADDED', 'later', '30')]));
    await until(() => known.has('later'));
    expect(pauses).toEqual([1, 2, 4]);
  });

  test('with a new list when a page token has expired', async () => {
    start(page(['a'], '10', 'old-token'), status(410, 'Expired'), page(['a', 'b'], '20'), watching([]));
    await until(() => names().length === 2);
    expect(restarts).toEqual(['gone']);
  });

  test.each([
    ['the connection breaks', watching([line('ADDED', 'b', '11')], 'breaks'), 'network'],
    ['it reports an error', watching([failing], 'ends'), 'status'],
    ['it is answered with 500', status(500, 'InternalError'), 'status'],
    ['it is answered with 403', status(403, 'Forbidden'), 'status'],
  ])('without a new list when %s', async (_name, fault, cause) => {
    start(page(['a'], '10'), fault, watching([line('ADDED', 'later', '30')]));
    await until(() => known.has('later'));
    expect([restarts, lists]).toEqual([[cause], 1]);
  });

  test('without a new list when it says nothing', async () => {
    silenceMs = 100;
    start(page(['a'], '10'), watching([]), watching([line('ADDED', 'later', '30')]));
    await until(() => known.has('later'));
    expect([restarts[0], lists]).toEqual(['silent', 1]);
  });

  test('when the list itself fails again and again', async () => {
    start(
      status(500, 'InternalError'),
      (_request, response) => response.end('<html>'),
      (_request, response) => response.destroy(),
      page(['a'], '10'),
      watching([]),
    );
    await until(() => names().length === 1);
    expect(lists).toBe(1);
  });

  test('when every connection is cut at once', async () => {
    start(page(['a'], '10'), watching([bookmark('12')]), watching([line('ADDED', 'b', '13')]));
    await until(() => contacts === 2);
    api.cut();
    await until(() => names().length === 2);
    expect(watchesFrom()).toEqual(['10', '12']);
  });

  test('with a new list when somebody asks for one, which is no restart', async () => {
    start(page(['a'], '10'), watching([]), page(['a', 'b'], '20'), watching([line('ADDED', 'c', '21')]));
    await until(() => watchesFrom().length === 1);
    await watch.relist();
    expect(names()).toEqual(['a', 'b']);
    await until(() => names().length === 3);
    expect([restarts, lists, watchesFrom()]).toEqual([[], 2, ['10', '20']]);
  });

  test('and a new list that was asked for is awaited through every fault', async () => {
    start(
      page(['a'], '10'),
      watching([]),
      status(500, 'InternalError'),
      page(['b'], '20', 'next'),
      status(410, 'Expired'),
      page(['b'], '30'),
      watching([]),
    );
    await until(() => watchesFrom().length === 1);
    await watch.relist();
    expect([names(), restarts, lists]).toEqual([['b'], ['status', 'gone'], 2]);
  });

  test('and a list that goes on already when another is asked for does not count', async () => {
    let answerLate: (() => void) | undefined;
    start(
      (request, response) => {
        answerLate = () => page(['old'], '10')(request, response);
      },
      page(['new'], '20'),
      watching([]),
    );
    await until(() => answerLate !== undefined);
    const listed = watch.relist();
    await until(() => api.seen.length > 1);
    answerLate?.();
    await listed;
    expect(names()).toEqual(['new']);
  });

  test('and a new list that is awaited when it stops is told so', async () => {
    start(page(['a'], '10'), watching([]), () => {});
    await until(() => watchesFrom().length === 1);
    const listed = watch.relist();
    await until(() => api.seen.length === 3);
    await Promise.all([expect(listed).rejects.toThrow('stopped'), watch.stop()]);
    await expect(watch.relist()).rejects.toThrow('stopped');
  });

  test('until it is stopped, and then leaves nothing open', async () => {
    start(page(['a'], '10'), watching([]));
    await until(() => watchesFrom().length === 1);
    await watch.stop();
    const requests = api.seen.length;
    api.cut();
    expect([restarts, api.seen.length]).toEqual([[], requests]);
  });
});
