import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../../src/cluster/connect.ts';
import { namespaceReader } from '../../../src/cluster/read-namespace.ts';
import { type FakeApiServer, fakeApiServer, json, status } from './fake-api-server.ts';

let api: FakeApiServer;
beforeEach(async () => {
  api = await fakeApiServer();
});
afterEach(() => api.close());

describe('a live read of a namespace', () => {
  const signal = () => AbortSignal.timeout(120_000);

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
