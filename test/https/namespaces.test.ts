import { describe, expect, test } from '@jest/globals';
import { admit, injectedPodsToCount, namespaceToRead } from '../../src/core/admission/admit.ts';
import { failed } from '../../src/core/admission/fail.ts';
import { objectsToRead } from '../../src/core/admission/policy-objects-to-read.ts';
import type { InjectedPods } from '../../src/core/namespaces/findings.ts';
import { namespace, namespaceReview } from '../core-fixtures/namespace-changes.ts';
import type { TestOptions, TestServer } from './running-server.ts';
import { until } from './until.ts';
import { type Post, withServer as runningWithServer } from './with-server.ts';

const counts = (result: string) => `pillion_injected_pod_counts_total{result="${result}"}`;
const OPEN = { 'istio-injection': 'enabled' };

/** The review of a change that takes the opt-in of this namespace away. */
const closing = (name = 'shop') =>
  JSON.stringify(namespaceReview({ from: namespace(OPEN, {}, { name }), to: namespace({}, {}, { name }) }));

const withServer = (options: TestOptions, use: (post: Post, server: TestServer) => Promise<void>): Promise<void> =>
  runningWithServer(options, '/namespaces', (server, post) => use(post, server));

describe('when the opt-in of a namespace is taken away', () => {
  test('its pods are counted once for many concurrent calls, and everybody is told their number', async () => {
    let calls = 0;
    let land: (pods: InjectedPods) => void = () => {};
    const countInjectedPods = () => {
      calls += 1;
      return new Promise<InjectedPods>((resolve) => {
        land = resolve;
      });
    };
    await withServer({ countInjectedPods }, async (post, server) => {
      const answers = Array.from({ length: 20 }, () => post(closing()));
      await until(() => calls > 0);
      // a change that needs no count is answered meanwhile, and the other twenty have been received before it
      expect(await post(JSON.stringify(namespaceReview({ to: namespace(OPEN) })))).toMatchObject({ allowed: true });
      land({ namespace: 'shop', count: 7, more: true });
      for (const { allowed, warnings, patchType } of await Promise.all(answers)) {
        expect([allowed, patchType]).toEqual([true, 'JSONPatch']);
        expect(warnings).toEqual([expect.stringContaining('at least 7 pods with a sidecar run in namespace shop')]);
      }
      expect([calls, await server.metric(counts('found'))]).toEqual([1, 1]);
    });
  });

  const never = (_name: string, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  test.each<[string, TestOptions, string, string]>([
    ['takes too long', { countInjectedPods: never, limits: { liveReadMs: 100 } }, '5s', 'timeout'],
    ['fails', { countInjectedPods: () => Promise.reject(new Error('pods is forbidden')) }, '5s', 'failed'],
    ['is not answered', { countInjectedPods: async () => undefined }, '5s', 'absent'],
    ['is one too many', { countInjectedPods: never, limits: { maxPodCounts: 0 } }, '5s', 'overloaded'],
  ])('and the count %s, the change passes with a warning', async (_, options, timeout, result) => {
    await withServer(options, async (post, server) => {
      const { allowed, warnings, patchType } = await post(closing(), timeout);
      expect([allowed, patchType]).toEqual([true, 'JSONPatch']);
      expect(warnings).toEqual([expect.stringContaining('could not be counted')]);
      await until(async () => (await server.metric(counts(result))) === 1);
      await until(() => server.records.length === 1);
      expect(server.records[0]).toMatchObject({
        verdict: 'allow',
        reason: 'namespace-closed',
        hints: [{ code: 'namespace-pods-uncounted' }],
      });
    });
  });

  test.each([
    ['no patience is left', '0s'],
    ['little patience is left', '200ms'],
  ])('and %s, the answer comes in time', async (_, timeout) => {
    await withServer({ countInjectedPods: never, limits: { liveReadMs: 600_000 } }, async (post) => {
      expect(await post(closing(), timeout)).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
    });
  });

  test('and there is no API server to ask, the change passes with a warning', async () => {
    await withServer({}, async (post) => {
      expect((await post(closing())).warnings).toEqual([expect.stringContaining('could not be counted')]);
    });
  });

  test('in a flood of different ones, few are counted at a time', async () => {
    let flights = 0;
    let most = 0;
    const countInjectedPods = async (name: string) => {
      flights += 1;
      most = Math.max(most, flights);
      await new Promise((resolve) => setTimeout(resolve, 50));
      flights -= 1;
      return { namespace: name, count: 0, more: false };
    };
    await withServer({ countInjectedPods, limits: { maxPodCounts: 2 } }, async (post, server) => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => post(closing(`shop-${index}`))));
      expect([most, answers.filter(({ allowed }) => !allowed)]).toEqual([2, []]);
      expect(await server.metric(counts('overloaded'))).toBeGreaterThan(0);
    });
  });
});

test('a fault of the program lets a change of a namespace pass, with a warning', async () => {
  const broken = () => {
    throw new TypeError('a bug');
  };
  for (const fault of [{ admit: broken }, { injectedPodsToCount: broken }]) {
    const engine = { admit, failed, namespaceToRead, injectedPodsToCount, objectsToRead, ...fault };
    await withServer({ engine }, async (post) => {
      const { allowed, warnings, patchType } = await post(closing());
      expect([allowed, patchType]).toEqual([true, undefined]);
      expect(warnings).toEqual([expect.stringContaining('internal-error')]);
    });
  }
});
