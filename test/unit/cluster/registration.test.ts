import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { Backoff } from '../../../src/cluster/backoff.ts';
import { connect } from '../../../src/cluster/connect.ts';
import { namespaceReader } from '../../../src/cluster/read-namespace.ts';
import { Registration } from '../../../src/cluster/registration.ts';
import { until } from '../../https/until.ts';
import { type FakeApiServer, fakeApiServer, json, status } from './fake-api-server.ts';

const webhook = (name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name },
});

let api: FakeApiServer;
beforeEach(async () => {
  api = await fakeApiServer();
});
afterEach(() => api.close());

describe('the registration', () => {
  const results: string[] = [];
  let log: string[];
  function registration() {
    results.length = 0;
    log = [];
    return new Registration({
      transport: api.transport,
      log: pino({}, { write: (line) => void log.push(line) }),
      metrics: { applied: (result) => void results.push(result) },
      random: () => 0,
      newBackoff: () => new Backoff(() => 0, { baseMs: 2, capMs: 4 }),
    });
  }

  test('applies every object by force, as one field manager', async () => {
    api.script(json({}));
    expect(await registration().apply([webhook('one'), webhook('two')])).toBe(true);
    const first = api.seen.find(({ path }) => path.endsWith('/one'));
    expect(first).toMatchObject({
      method: 'PATCH',
      path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/one',
      body: JSON.stringify(webhook('one')),
    });
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ fieldManager: 'pillion', force: 'true' });
    expect(first?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect([api.seen.length, results]).toEqual([2, ['applied', 'applied']]);
  });

  test('tries again until it works, and says why it did not', async () => {
    api.script(status(403, 'Forbidden', 'not allowed'), (_request, response) => response.destroy(), json({}));
    expect(await registration().apply([webhook('one')])).toBe(true);
    expect(results).toEqual(['failed', 'failed', 'applied']);
    expect(log[0]).toContain('not allowed; grant it to the service account');
    expect(log[1]).toContain('cannot reach the API server');
  });

  test('of one object does not wait for another that is refused', async () => {
    let refuse = true;
    api.script((request, response) => {
      const answer = refuse && request.path.endsWith('/one') ? status(403, 'Forbidden') : json({});
      answer(request, response);
    });
    const all = registration().apply([webhook('one'), webhook('two')]);
    await until(() => results.includes('applied'));
    expect(log.find((line) => line.includes('registered with'))).toContain('"name":"two"');
    refuse = false;
    expect(await all).toBe(true);
    expect(results.filter((result) => result === 'applied')).toHaveLength(2);
  });

  test('gives way to what is rendered later, and to a stop', async () => {
    api.script(status(500, 'InternalError'));
    const registering = registration();
    const outdated = registering.apply([webhook('one')]);
    await until(() => results.length > 1);
    const newest = registering.apply([webhook('two')]);
    expect(await outdated).toBe(false);
    await until(() => api.seen.at(-1)?.path.endsWith('/two') === true);
    await registering.stop();
    expect(await newest).toBe(false);
  });
});

describe('a live read of a namespace', () => {
  const signal = () => AbortSignal.timeout(10_000);

  test('gives its labels', async () => {
    api.script(json({ metadata: { name: 'a', labels: { 'istio-injection': 'enabled' } } }));
    const namespace = await namespaceReader(api.transport)('a', signal());
    expect(namespace).toEqual({ name: 'a', labels: { 'istio-injection': 'enabled' } });
    expect(api.seen[0]?.path).toBe('/api/v1/namespaces/a');
  });

  test('gives undefined when there is none', async () => {
    api.script(status(404, 'NotFound'));
    expect(await namespaceReader(api.transport)('a', signal())).toBeUndefined();
  });

  test.each(['..', '../secrets?x=', 'a/status', 'A', ''])(
    'is not even tried for "%s", which no namespace is called',
    async (name) => {
      expect(await namespaceReader(api.transport)(name, signal())).toBeUndefined();
      expect(api.seen).toHaveLength(0);
    },
  );

  test('rejects when it is refused, when nothing answers, and when it is given up', async () => {
    const read = namespaceReader(api.transport);
    api.script(status(403, 'Forbidden', 'no'));
    await expect(read('a', signal())).rejects.toMatchObject({ name: 'ApiError', status: 403 });
    api.script((_request, response) => response.destroy());
    await expect(read('a', signal())).rejects.toMatchObject({ name: 'ClusterUnreachable' });
    api.script(() => {});
    await expect(read('a', AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a kubeconfig', () => {
  test('that is not there, or has no such context, is told with what to do', async () => {
    await expect(connect({ kubeconfig: '/nonexistent' })).rejects.toThrow(/nonexistent.*--kubeconfig/);
    await expect(connect({ kubeconfig: api.kubeconfig, context: 'prod' })).rejects.toThrow(/"prod"; known: fake/);
  });
});
