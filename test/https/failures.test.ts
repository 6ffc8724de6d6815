import { describe, expect, test } from '@jest/globals';
import { admit, injectedPodsToCount, namespaceToRead } from '../../src/core/admission/admit.ts';
import { failed } from '../../src/core/admission/fail.ts';
import { objectsToRead } from '../../src/core/admission/policy-objects-to-read.ts';
import type { Namespace } from '../../src/core/kubernetes/namespace.ts';
import { http2Caller } from './callers.ts';
import { askingPod, reviewOf } from './reviews.ts';
import { runningServer, sampleSnapshot, type TestOptions, type TestServer } from './running-server.ts';
import { until } from './until.ts';
import { type Post as PostText, withServer as runningWithServer } from './with-server.ts';

const internalErrors = (cause: string) => `pillion_admission_internal_errors_total{cause="${cause}"}`;
const DEBUG = 20;
const reads = (result: string) => `pillion_namespace_reads_total{result="${result}"}`;
const enabled = (name: string): Namespace => ({ name, labels: { 'istio-injection': 'enabled' } });

const withServer = (options: TestOptions, use: (server: TestServer, post: Post) => Promise<void>): Promise<void> =>
  runningWithServer(options, '/inject', (server, post) => use(server, ({ json }, timeout) => post(json, timeout)));
type Post = (review: { json: string }, timeout?: string) => ReturnType<PostText>;

describe('a namespace that the snapshot does not know', () => {
  test('is read once for many concurrent calls, and all of them are decided with it', async () => {
    let calls = 0;
    let land: (namespace: Namespace) => void = () => {};
    const readNamespace = () => {
      calls += 1;
      return new Promise<Namespace>((resolve) => {
        land = resolve;
      });
    };
    await withServer({ readNamespace }, async (server, post) => {
      const answers = Array.from({ length: 50 }, () => post(reviewOf(askingPod(), 'fresh')));
      await until(() => calls > 0);
      // a review of a known namespace is answered meanwhile, and the other fifty have been received before it
      await post(reviewOf());
      land(enabled('fresh'));
      for (const answer of await Promise.all(answers)) expect(answer.patchType).toBe('JSONPatch');
      expect([calls, await server.metric(reads('found'))]).toEqual([1, 1]);
    });
  });

  test('and is not read in time: the error policy answers, and the read is aborted', async () => {
    let aborted = false;
    const readNamespace = (_name: string, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    await withServer({ readNamespace, limits: { liveReadMs: 100 } }, async (server, post) => {
      const review = reviewOf(askingPod(), 'fresh');
      const answer = await post(review);
      expect(answer).toMatchObject({ uid: review.uid, allowed: false });
      await until(() => aborted);
      await until(async () => (await server.metric(reads('timeout'))) === 1);
      expect(await server.metric(internalErrors('namespace-unknown'))).toBe(1);
      await until(() => server.records.length === 1);
      expect(server.records[0]).toMatchObject({ verdict: 'error', reason: 'namespace-unknown' });
    });
  });

  test('and the API server has little patience: the answer comes before it runs out', async () => {
    const readNamespace = () => new Promise<never>(() => {});
    await withServer({ readNamespace, limits: { liveReadMs: 600_000 } }, async (_server, post) => {
      expect((await post(reviewOf(askingPod(), 'fresh'), '200ms')).allowed).toBe(false);
    });
  });

  test('and no patience is left: it is not even read', async () => {
    const readNamespace = () => Promise.reject(new Error('must not be called'));
    await withServer({ readNamespace }, async (server, post) => {
      await post(reviewOf(askingPod(), 'fresh'), '0s');
      expect(await server.metric(internalErrors('deadline-exceeded'))).toBe(1);
    });
  });

  test.each([
    ['cannot be read', () => Promise.reject(new Error('connection refused')), 'failed', /connection refused/],
    ['does not exist', () => Promise.resolve(undefined), 'absent', /knows no namespace/],
  ])('and that %s: the error policy answers and says why', async (_name, readNamespace, result, message) => {
    await withServer({ readNamespace }, async (server, post) => {
      const answer = await post(reviewOf(askingPod(), 'fresh'));
      expect(JSON.stringify(answer.status)).toMatch(message);
      expect(await server.metric(reads(result))).toBe(1);
      // any caller can name such a namespace, so it must not be able to fill the log
      expect(server.log.map((line) => JSON.parse(line).level)).toEqual([DEBUG]);
    });
  });

  test('in a flood of different ones: the reads are bounded, and the rest is answered at once', async () => {
    let flights = 0;
    let most = 0;
    const readNamespace = async (name: string) => {
      flights += 1;
      most = Math.max(most, flights);
      await new Promise((resolve) => setTimeout(resolve, 50));
      flights -= 1;
      return enabled(name);
    };
    await withServer({ readNamespace, limits: { maxNamespaceReads: 4 } }, async (server, post) => {
      await Promise.all(Array.from({ length: 40 }, (_, index) => post(reviewOf(askingPod(), `fresh-${index}`))));
      expect(most).toBe(4);
      expect(await server.metric(reads('overloaded'))).toBeGreaterThan(0);
    });
  });
});

describe('a fault of the program', () => {
  const throwing = () => {
    throw new TypeError('a bug');
  };

  test.each([
    ['while deciding', { admit: throwing, failed, namespaceToRead, injectedPodsToCount, objectsToRead }],
    [
      'while looking for the namespace',
      { admit, failed, namespaceToRead: throwing, injectedPodsToCount, objectsToRead },
    ],
  ])('%s is answered with the uid, counted and logged with its stack', async (_name, engine) => {
    await withServer({ engine }, async (server, post) => {
      const review = reviewOf();
      expect(await post(review)).toMatchObject({ uid: review.uid, allowed: false });
      expect(await server.metric(internalErrors('internal-error'))).toBe(1);
      expect(server.log.join('')).toContain('failures.test.ts');
    });
  });

  test('after a live read is answered with the uid', async () => {
    const engine = { admit: throwing, failed, namespaceToRead, injectedPodsToCount, objectsToRead };
    await withServer({ engine, readNamespace: async (name) => enabled(name) }, async (_server, post) => {
      const review = reviewOf(askingPod(), 'fresh');
      expect(await post(review)).toMatchObject({ uid: review.uid, allowed: false });
    });
  });

  test('that even breaks the answer to a fault is a 500, and the next call is answered', async () => {
    let broken = true;
    const engine = {
      admit: (...call: Parameters<typeof admit>) => (broken ? throwing() : admit(...call)),
      failed: throwing,
      namespaceToRead,
      injectedPodsToCount,
      objectsToRead,
    };
    const server = await runningServer({ engine });
    const caller = http2Caller(server.url, server.authority);
    const reply = await caller.call('/inject', reviewOf().json);
    broken = false;
    const next = await caller.call('/inject', reviewOf().json);
    expect([reply.status, next.status]).toEqual([500, 200]);
    caller.close();
    await server.stop();
  });

  test('in a record sink does not touch the answer, nor the other sinks', async () => {
    const written: unknown[] = [];
    const sinks = [
      { write: throwing, flush: throwing },
      { write: (record: unknown) => void written.push(record), flush: async () => {} },
    ];
    await withServer({ sinks }, async (server, post) => {
      expect((await post(reviewOf())).allowed).toBe(true);
      await until(() => written.length === 1);
      expect(server.log.join('')).toContain('a record sink failed');
    });
  });
});

describe('one review', () => {
  test('leaves one record, with the duration, and a second call of the same pod leaves none', async () => {
    await withServer({}, async (server, post) => {
      const pod = askingPod();
      const first = await post(reviewOf(pod));
      await until(() => server.records.length === 1);
      expect(server.records[0]).toMatchObject({ verdict: 'inject', reason: 'opted-in', caller: 'Unauthenticated' });
      expect(server.records[0]?.durationMicroseconds).toBeGreaterThan(0);
      const { default: jsonpatch } = await import('fast-json-patch');
      const patch = JSON.parse(Buffer.from(String(first.patch), 'base64').toString('utf8'));
      const injected = jsonpatch.applyPatch(structuredClone(pod), patch).newDocument as Record<string, unknown>;
      await post(reviewOf(injected));
      await until(async () => (await server.metric('pillion_admission_reinvocations_total{hook="inject"}')) === 1);
      expect(server.records).toHaveLength(1);
    });
  });

  test('is decided by the snapshot of its moment', async () => {
    const closed = { ...sampleSnapshot(), namespaces: new Map([['shop', { name: 'shop', labels: {} }]]) };
    let snapshot = sampleSnapshot();
    await withServer({ snapshot: () => snapshot }, async (_server, post) => {
      const before = await post(reviewOf());
      snapshot = closed;
      const after = await post(reviewOf());
      expect([before.patchType, after.patchType]).toEqual(['JSONPatch', undefined]);
    });
  });
});
