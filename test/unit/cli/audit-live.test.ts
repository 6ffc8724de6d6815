import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { podWith } from '../../core-fixtures/pods.ts';
import { type FakeApiServer, fakeApiServer, json } from '../cluster/fake-api-server.ts';
import { pillion } from './command-line.ts';

const PODS = 1_000;
const policy = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: 'default' }, spec: {} };

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/apis/pillion.io/v1alpha1': {},
  '/apis/pillion.io/v1alpha1/injectionpolicies': [policy],
  '/api/v1/namespaces': [{ metadata: { name: 'shop', labels: {} } }],
  '/api/v1/pods': Array.from({ length: PODS }, () => podWith({ metadata: { name: 'web', namespace: 'shop' } })),
};

let api: FakeApiServer;

beforeAll(async () => {
  api = await fakeApiServer();
  api.script((request, response) => {
    const answer = ANSWERS[request.path] ?? [];
    json(Array.isArray(answer) ? { kind: 'List', metadata: {}, items: answer } : answer)(request, response);
  });
});

afterAll(() => api.close());

test.each([
  ['a terminal for stderr', { interactive: true, colour: false }, '\r1000 pods compared\r\u001b[K'],
  ['stderr that goes elsewhere', { interactive: false, colour: true }, ''],
])('audit --live with %s: how far it is', async (_, surroundings, told) => {
  const { stdout, stderr } = await pillion(['audit', '--live', '--kubeconfig', api.kubeconfig], surroundings);
  expect(stderr).toBe(told);
  expect(stdout).toContain('1000 running pods under policy default');
});
