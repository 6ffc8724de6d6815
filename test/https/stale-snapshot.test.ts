import { expect, test } from '@jest/globals';
import { http2Caller } from './callers.ts';
import { askingPod, responseIn, reviewOf } from './reviews.ts';
import { runningServer, type TestOptions } from './running-server.ts';

// the sample snapshot takes the namespace `quiet` for unlabelled; its label was set a moment ago
const labelled = { name: 'quiet', labels: { 'istio-injection': 'enabled' } };

async function answerFor(path: string, readNamespace: NonNullable<TestOptions['readNamespace']>) {
  const server = await runningServer({ readNamespace });
  const caller = http2Caller(server.url, server.authority);
  try {
    return responseIn((await caller.call(path, reviewOf(askingPod(), 'quiet').json)).text);
  } finally {
    caller.close();
    await server.stop();
  }
}

test('a namespace that the snapshot takes for closed is read again when the API server calls the hook for it', async () => {
  expect(await answerFor('/inject', async () => labelled)).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
});

test('and stays closed when the API server says so too', async () => {
  const answer = await answerFor('/inject', async () => ({ name: 'quiet', labels: {} }));
  expect(answer).toMatchObject({ allowed: true, auditAnnotations: { reason: 'namespace-not-enabled' } });
  expect(answer).not.toHaveProperty('patch');
});

test('and when it cannot be read, a pod that asked does not start without its sidecar', async () => {
  const answer = await answerFor('/inject', () => Promise.reject(new Error('gone')));
  expect(answer).toMatchObject({ allowed: false, auditAnnotations: { reason: 'namespace-unknown' } });
});

test('the hook warn is called for closed namespaces too, and reads nothing', async () => {
  const answer = await answerFor('/warn', () => Promise.reject(new Error('must not be called')));
  expect(answer).toMatchObject({ allowed: true, auditAnnotations: { reason: 'namespace-not-enabled' } });
});
