import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const PODS = 2_000;
const AT_ONCE = 8;
const RESTART_EVERY_MS = 1_000;
const NAMESPACE = 'shop';

let service: Service;

const cluster = testCluster({ [NAMESPACE]: ENABLED });

beforeAll(async () => {
  service = await startService();
});

afterAll(async () => service?.stop());

test('no pod is lost while the server restarts every second', async () => {
  const start = () =>
    cluster.launcher.start({
      register: `https://127.0.0.1:${service.port}`,
      // a Service here forgets an endpoint at once; a real one takes seconds, for which the default is made
      args: ['--drain-seconds', '0.2', '--log-level', 'warn'],
    });
  let serving = await start();
  service.route(serving.port);
  await webhookInForce(cluster.controlPlane, NAMESPACE);

  let creating = true;
  let restarts = 0;
  const restarting = (async () => {
    while (creating) {
      const [next] = await Promise.all([start(), sleep(RESTART_EVERY_MS)]);
      service.route(next.port);
      const { code } = await serving.process.stop();
      expect(code).toBe(0);
      serving = next;
      restarts++;
    }
  })();

  const refused: unknown[] = [];
  let injected = 0;
  let next = 0;
  const create = async () => {
    while (next < PODS) {
      const { status, body } = await cluster.api.call(
        'POST',
        `/api/v1/namespaces/${NAMESPACE}/pods`,
        simplePod(`pod-${next++}`, { annotations: ASKS }),
      );
      if (status !== 201) refused.push(body);
      else if (annotationsOf(body as Pod)[ANNOTATIONS.status] !== undefined) injected++;
      // 2,000 creations over some twenty seconds, so that many restarts fall among them
      await sleep(60);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, create));
  creating = false;
  await restarting;

  expect({ refused, injected }).toEqual({ refused: [], injected: PODS });
  expect(restarts).toBeGreaterThanOrEqual(5);
});
