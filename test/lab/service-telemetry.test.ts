import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { profileSpec } from '../traffic/profile-variants.ts';
import { lineWith, textsOf } from './access-log/lines.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopReady, startShop } from './shop.ts';
import { COLLECTOR, completeTrace, JAEGER_IN_LAB, type Jaeger, SENT_MS, startJaeger } from './tracing/jaeger.ts';
import { treeOf } from './tracing/tree.ts';
import { backend, trafficService } from './traffic-service.ts';

const PODS = ['loud', 'quiet', 'unsaid'] as const;
type Pod = (typeof PODS)[number];

let lab: Lab;
let jaeger: Jaeger;

// errors alone are written, and no trace is begun, but for what Services choose
beforeAll(async () => {
  const { accessLog } = profileSpec().telemetry;
  const telemetry = {
    accessLog: { ...accessLog, sampledPercent: 0 },
    tracing: { collector: COLLECTOR, samplingPercent: 0, propagation: 'W3C' as const },
  };
  lab = await startShop({
    ...JAEGER_IN_LAB,
    policy: { profile: { features: ['Observability', 'Resilience'], telemetry } },
  });
  await lab.apply(
    trafficService('loud', { telemetry: { accessLog: 'all', tracing: { sampling: 100 } } }, { app: 'loud' }),
    trafficService('quiet', { telemetry: { accessLog: 'none', tracing: 'none' } }, { app: 'quiet' }),
  );
  // by the time it runs the Services are known
  jaeger = await startJaeger(lab);
  await lab.apply(...PODS.map((pod) => backend(pod, pod)));
  await shopReady(lab, ...PODS);
  for (const pod of PODS)
    await eventually(`${pod} answers`, async () => (await fetch(`http://${lab.pod(SHOP, pod).ip}:8080/`)).ok);
});

afterAll(async () => lab?.stop());

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** Asks a pod, and gives the trace that its application was told of. */
async function asked(pod: Pod, path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await fetch(`http://${lab.pod(SHOP, pod).ip}:8080${path}`, { headers });
  const text = await answer.text();
  return answer.ok ? JSON.parse(text).headers.traceparent : '';
}

const keptBy = (pod: Pod, id: string) => asked(pod, '/', { traceparent: `00-${id}-${hex(8)}-01` });

test('what its Service wants written is written, and of a pod whose Service says nothing only what the profile has', async () => {
  for (const pod of PODS) for (const path of ['/well', '/status/503']) await asked(pod, path);
  expect(await lineWith(lab.pod(SHOP, 'loud'), '/well')).toMatchObject({ status: 200, direction: 'inbound' });
  expect(await lineWith(lab.pod(SHOP, 'loud'), '/status/503')).toMatchObject({ status: 503 });
  expect(await lineWith(lab.pod(SHOP, 'unsaid'), '/status/503')).toMatchObject({ status: 503 });
  const written = async (pod: Pod) => (await textsOf(lab.pod(SHOP, pod))).join();
  expect(await written('unsaid')).not.toContain('/well');
  for (const path of ['/well', '/status/503']) expect(await written('quiet')).not.toContain(path);
});

test('a trace begins where its Service wants one', async () => {
  const [, id = '', , flags] = (await asked('loud', '/')).split('-');
  expect(flags).toBe('01');
  expect(treeOf(await completeTrace(jaeger, 1, id))).toBe('loud server GET 200');
  expect((await asked('unsaid', '/')).split('-').at(3)).toBe('00');
});

test('a Service that wants no traces has no span in those of its callers, either', async () => {
  const ids = { quiet: hex(16), unsaid: hex(16) };
  await keptBy('quiet', ids.quiet);
  await keptBy('unsaid', ids.unsaid);
  expect(treeOf(await completeTrace(jaeger, 1, ids.unsaid))).toBe('unsaid server GET 200');
  await sleep(SENT_MS);
  expect(await jaeger.trace(ids.quiet)).toBeUndefined();
});
