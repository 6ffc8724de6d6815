import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import { become, type Scene } from './scene.ts';

/** Requests that are all under way at once, also those that another caller began a little later. */
const HELD = '/work/2500';
const MANY = { count: 12, atOnce: 12 };

/** What a caller sees of a limit alone, and how many calls of two callers pass at once. */
async function seeTwoCallers({ requests, flags, otherCaller }: Scene): Promise<object> {
  const { statuses: alone } = await requests(HELD, MANY);
  const both = await Promise.all([requests(HELD, MANY), requests(HELD, { ...MANY, from: otherCaller })]);
  const together = both.reduce((sum, { statuses }) => sum + (statuses['200'] ?? 0), 0);
  return { alone, together, flags: await flags() };
}

/** An ejection is passed on at the end of Envoy’s second after the last change of endpoints. */
const EJECTED_MS = 1_500;

export const LIMITS: readonly Behaviour[] = [
  {
    file: 'only-circuit-breaker',
    what: 'beyond its connections and those that may wait for one, requests are refused',
    async see({ requests, flags }) {
      const { 200: passed = 0, 503: refused = 0 } = (await requests('/work/1500', { count: 40, atOnce: 40 })).statuses;
      return { all: passed + refused, tenPass: passed >= 10, someAreRefused: refused > 0, flags: await flags() };
    },
    without: { all: 40, tenPass: true, someAreRefused: false, flags: [] },
    with: { all: 40, tenPass: true, someAreRefused: true, flags: ['UO'] },
  },
  {
    file: 'limits-few',
    what: 'MESH020: a limit is one of each caller’s sidecar, so two callers get twice as much',
    withoutSidecar: true,
    see: seeTwoCallers,
    without: { alone: { 200: 12 }, together: 24, flags: [] },
    with: { alone: { 200: 3, 503: 9 }, together: 6, flags: ['UO'] },
  },
  {
    file: 'limits-few',
    what: 'MESH020: a limit is one of the sidecar beside the service too, which all callers share',
    see: seeTwoCallers,
    without: { alone: { 200: 12 }, together: 24, flags: [] },
    with: { alone: { 200: 3, 503: 9 }, together: 3, flags: ['UO'] },
  },
  {
    file: 'only-outlier-detection',
    what: 'a pod that fails gets no more requests',
    pods: { v1: 2 },
    async see(scene) {
      await become(scene, 500);
      await scene.requests('/work/1', { count: 60, atOnce: 3 });
      await sleep(EJECTED_MS);
      const [before = 0] = await scene.arrived(/^GET \/work\//);
      const { statuses } = await scene.requests('/work/1', { count: 30 });
      const [after = 0] = await scene.arrived(/^GET \/work\//);
      await become(scene, 200);
      return { fails: '500' in statuses, stillAsked: after > before, failedBefore: before > 0 };
    },
    without: { fails: true, stillAsked: true, failedBefore: true },
    with: { fails: false, stillAsked: false, failedBefore: true },
  },
];
