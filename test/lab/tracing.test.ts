import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { profileSpec } from '../traffic/profile-variants.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';
import {
  COLLECTOR,
  completeTrace,
  JAEGER_IN_LAB,
  type Jaeger,
  SENT_MS,
  startJaeger,
  type Trace,
} from './tracing/jaeger.ts';
import { rootParentsOf, tagOf, treeOf } from './tracing/tree.ts';

const SERVICES = ['front', 'catalog', 'stock'];

const READY = { container: { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } } };

type Headers = Readonly<Record<string, string>>;

let lab: Lab;
let jaeger: Jaeger;

const startTracing = (samplingPercent: number) => async () => {
  const tracing = { collector: COLLECTOR, samplingPercent, propagation: 'W3CAndB3' as const };
  lab = await startShop({
    ...JAEGER_IN_LAB,
    policy: { profile: { telemetry: { ...profileSpec().telemetry, tracing } } },
  });
  jaeger = await startJaeger(lab);
  await lab.apply(...SERVICES.flatMap((name) => [shopPod(name, 'lab/http', READY), shopService(name, name)]));
  await shopReady(lab, ...SERVICES);
};

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const w3c = (id: string, span: string, flags: '00' | '01') => ({ traceparent: `00-${id}-${span}-${flags}` });
const b3 = (id: string, span: string, sampled: '0' | '1') => ({
  'x-b3-traceid': id,
  'x-b3-spanid': span,
  'x-b3-sampled': sampled,
});

/** Calls a path of the first service from outside, and gives the headers that the last of those that it leads through was sent. */
async function asked(path: string, headers: Headers = {}): Promise<Headers> {
  const answer = await fetch(`http://${lab.pod(SHOP, 'front').ip}:8080${path}`, { headers });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly headers: Headers }).headers;
}

const contextOf = ({ traceparent = '' }: Headers) => {
  const [, id = '', span = '', flags = ''] = traceparent.split('-');
  return { id, span, flags };
};

const traceWith = (count: number, id: string): Promise<Trace> => completeTrace(jaeger, count, id);

const THREE_SERVICES = `front server GET 200
  front client GET catalog 200
    catalog server GET 200
      catalog client GET stock 200
        stock server GET 200`;

describe('every trace is kept', () => {
  beforeAll(startTracing(100));
  afterAll(async () => lab?.stop());

  test('a request through three services is one trace, each span under the one that caused it', async () => {
    const trace = await traceWith(5, contextOf(await asked('/to/catalog/to/stock/?token=secret')).id);
    expect(treeOf(trace)).toBe(THREE_SERVICES);
    expect(rootParentsOf(trace)).toEqual([]);
    process.stdout.write(`${treeOf(trace, (span) => `${span.duration} us, ${tagOf(span, 'http.url')}`)}\n`);
    for (const { processID } of trace.spans) {
      const { serviceName, tags = [] } = trace.processes[processID] ?? {};
      expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toMatchObject({
        'k8s.pod.name': serviceName,
        'k8s.namespace.name': SHOP,
      });
    }
    // of the query
    expect(JSON.stringify(trace)).not.toContain('secret');
  });

  test('where an application hands nothing on, its calls begin another trace', async () => {
    const { id } = contextOf(await asked('/nothingto/catalog/'));
    const trace = await traceWith(2, id);
    expect(treeOf(trace)).toBe('front client GET catalog 200\n  catalog server GET 200');
  });

  test.each(['/to/catalog/to/stock/', '/b3to/catalog/b3to/stock/', '/to/catalog/b3to/stock/'])(
    'a caller’s W3C context is continued through %s',
    async (path) => {
      const [id, span] = [hex(16), hex(8)];
      await asked(path, { ...w3c(id, span, '01'), tracestate: 'shop=1' });
      const trace = await traceWith(5, id);
      expect(treeOf(trace)).toBe(THREE_SERVICES);
      expect(rootParentsOf(trace)).toEqual([span]);
    },
  );

  test.each([
    ['of 128 bits', hex(16)],
    ['of 64 bits', hex(8)],
  ])('so is one of B3 with a trace id %s, by applications that know only B3', async (_, id) => {
    const span = hex(8);
    const arrived = await asked('/b3to/catalog/b3to/stock/', b3(id, span, '1'));
    const trace = await traceWith(5, id.padStart(32, '0'));
    expect(treeOf(trace)).toBe(THREE_SERVICES);
    expect(rootParentsOf(trace)).toEqual([span]);
    // both say the same to the application
    const context = contextOf(arrived);
    expect(arrived).toMatchObject(b3(context.id, context.span, '1'));
  });

  test('the single header of B3 is left as it came, and a trace of the sidecars begins', async () => {
    const single = `${hex(16)}-${hex(8)}-1`;
    const arrived = await asked('/', { b3: single });
    expect(arrived.b3).toBe(single);
    expect(single).not.toContain(contextOf(arrived).id);
    await traceWith(1, contextOf(arrived).id);
  });

  test('what is no traceparent passes as it came', async () => {
    expect(await asked('/', { traceparent: 'none' })).toMatchObject({ traceparent: 'none' });
  });

  test('a caller of B3 that leaves the decision open has not decided to keep the trace', async () => {
    const [id, span] = [hex(16), hex(8)];
    const arrived = await asked('/', { 'x-b3-traceid': id, 'x-b3-spanid': span });
    expect(contextOf(arrived)).toMatchObject({ id, flags: '00' });
    const debugged = await asked('/', { 'x-b3-traceid': id, 'x-b3-spanid': span, 'x-b3-flags': '1' });
    expect(contextOf(debugged)).toMatchObject({ id, flags: '01' });
  });

  test('tracestate is handed on, x-request-id is left alone', async () => {
    const own = 'e3b6c7d8-0000-4000-8000-000000000000';
    const headers = { ...w3c(hex(16), hex(8), '01'), tracestate: 'shop=1', 'x-request-id': own };
    expect(await asked('/', headers)).toMatchObject({ tracestate: 'shop=1', 'x-request-id': own });
  });

  test('a trace that its caller does not keep is not kept', async () => {
    const ids = [hex(16), hex(16)] as const;
    const [byW3c, byB3] = [
      await asked('/to/catalog/to/stock/', w3c(ids[0], hex(8), '00')),
      await asked('/b3to/catalog/b3to/stock/', b3(ids[1], hex(8), '0')),
    ];
    expect([contextOf(byW3c), contextOf(byB3)]).toMatchObject(ids.map((id) => ({ id, flags: '00' })));
    await sleep(SENT_MS);
    for (const id of ids) expect(await jaeger.trace(id)).toBeUndefined();
  });
});

describe('none of its own is kept', () => {
  beforeAll(startTracing(0));
  afterAll(async () => lab?.stop());

  test('a trace that begins at a sidecar is not kept, one that its caller keeps is', async () => {
    const own = contextOf(await asked('/to/catalog/to/stock/'));
    expect(own.flags).toBe('00');
    const [id, span] = [hex(16), hex(8)];
    await asked('/to/catalog/to/stock/', w3c(id, span, '01'));
    const trace = await traceWith(5, id);
    expect(treeOf(trace)).toBe(THREE_SERVICES);
    await sleep(SENT_MS);
    expect(await jaeger.trace(own.id)).toBeUndefined();
  });

  test('requests pass when the collector is no more', async () => {
    await lab.kubectl('delete', 'pod', 'jaeger', '-n', 'observability', '--wait=true');
    for (let left = 50; left > 0; left--) await asked('/to/catalog/to/stock/', w3c(hex(16), hex(8), '01'));
  });
});
