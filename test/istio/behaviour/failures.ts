import { type Behaviour, isShare } from './behaviour.ts';
import { become } from './scene.ts';

const ALL = 60;

export const FAILURES: readonly Behaviour[] = [
  {
    file: 'only-timeout',
    what: 'who waits for an answer is told so at the end of the timeout',
    async see({ requests, flags, arrived }) {
      const { statuses, seconds } = await requests('/delay/3000');
      return { statuses, seconds, flags: await flags(), arrived: await arrived(/^GET \/delay\//) };
    },
    without: { statuses: { 200: 1 }, seconds: 3, flags: [], arrived: [1] },
    with: { statuses: { 504: 1 }, seconds: 2, flags: ['UT'], arrived: [1] },
  },
  {
    file: 'only-retries',
    what: 'what failed at one pod is tried at the other, unless it may have had an effect',
    pods: { v1: 2 },
    async see(scene) {
      await become(scene, 503);
      const { 503: left = 0 } = (await scene.requests('/work/1', { count: ALL })).statuses;
      const posts = await scene.requests('/work/2', { count: 20, method: 'POST' });
      await become(scene, 200);
      const [failed = 0] = await scene.arrived(/^GET \/work\/1 /);
      await scene.requests('/status/503', { count: ALL });
      const tries = await scene.arrived(/^GET \/status\/503 /);
      return {
        // istiod lets Envoy choose six times, of two idle pods blindly: one try in 64 meets the pod that failed
        nearlyAllWell: left < ALL / 10,
        posts: Object.keys(posts.statuses),
        someFailed: failed > 0,
        tries: tries.reduce((sum, one) => sum + one, 0) / ALL,
        nearlyAllAtBoth: Math.min(...tries) > (ALL * 9) / 10,
      };
    },
    without: { nearlyAllWell: false, posts: ['200', '503'], someFailed: true, tries: 1, nearlyAllAtBoth: false },
    with: { nearlyAllWell: true, posts: ['200', '503'], someFailed: true, tries: 2, nearlyAllAtBoth: true },
  },
  {
    file: 'retries-most',
    what: 'a request is tried as often as the values say',
    async see({ requests, arrived, flags }) {
      const { statuses } = await requests('/status/503');
      return { statuses, tries: await arrived(/^GET \/status\/503 /), flags: await flags() };
    },
    without: { statuses: { 503: 1 }, tries: [1], flags: [] },
    with: { statuses: { 503: 1 }, tries: [6], flags: ['URX'] },
  },
  {
    file: 'fault-delay-and-timeout',
    what: 'MESH040: a delay is no part of the timeout, which begins after it',
    async see({ requests, flags }) {
      const quick = await requests('/delay/1');
      const slow = await requests('/delay/1500');
      return { quick: [quick.statuses, quick.seconds], slow: [slow.statuses, slow.seconds], flags: await flags() };
    },
    without: { quick: [{ 200: 1 }, 0], slow: [{ 200: 1 }, 1], flags: [] },
    with: { quick: [{ 200: 1 }, 2], slow: [{ 504: 1 }, 3], flags: ['DI', 'DI,UT'] },
  },
  {
    file: 'fault-abort-and-retries',
    what: 'MESH040: an abort is not tried again, and what passes is',
    async see({ requests, arrived, flags }) {
      const { 418: aborted = 0, 503: failed = 0 } = (await requests('/status/503', { count: ALL })).statuses;
      const [tries = 0] = await arrived(/^GET \/status\/503 /);
      return {
        all: aborted + failed,
        // of those that were tried three times an eighth would be left
        half: isShare(aborted, ALL, 0.5),
        triesOfOthers: tries / failed,
        flags: await flags(),
      };
    },
    without: { all: ALL, half: false, triesOfOthers: 1, flags: [] },
    with: { all: ALL, half: true, triesOfOthers: 3, flags: ['FI', 'URX'] },
  },
];
