import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import { BUILT_IN } from '../../../src/core/policy/built-in-sources.ts';
import { dashboardThreads } from '../../../src/server/dashboard/threads.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';
import { fakeApiServer } from '../cluster/fake-api-server.ts';

const program = new URL('../../../src/main.ts', import.meta.url);
const ground = {
  base: BUILT_IN,
  ownNamespace: 'pillion-system',
  namespaces: [{ name: 'shop', labels: { 'istio-injection': 'enabled' } }],
  nowMs: Date.parse('2026-11-03T10:00:00Z'),
};
const pod = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', annotations: { 'sidecar.istio.io/inject': 'true' } },
  spec: { containers: [{ name: 'app', image: 'registry.example/app:1', ...more }] },
});

test('a pod of a megabyte is answered while this thread goes on', async () => {
  const env = Array.from({ length: 14_000 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x'.repeat(40) }));
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 10);
  const begun = performance.now();
  const tried = await dashboardThreads({ program, withinMs: 300_000 }).tryManifests(
    { manifests: stringify(pod({ env })) },
    ground,
  );
  const took = performance.now() - begun;
  clearInterval(counting);
  const answer = validAnswer(ROUTES.playground.answer, tried);
  expect(answer).toMatchObject({ problems: [], workloads: [{ name: 'web', active: { verdict: 'inject' } }] });
  // a thread that reads the text itself has no turn at all
  expect(turns).toBeGreaterThan(took / 100);
});

test.each([
  ['opening brackets', '['.repeat(1_000_000)],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}`,
  ],
])('%s end, are told and leave the next question as it is', async (_, manifests) => {
  const tryManifests = dashboardThreads({ program, withinMs: 300_000 }).tryManifests;
  const [bad, good] = await Promise.all([
    tryManifests({ manifests }, ground),
    tryManifests({ manifests: stringify(pod()) }, ground),
  ]);
  expect(validAnswer(ROUTES.playground.answer, bad).problems).not.toEqual([]);
  expect(good).toMatchObject({ problems: [], workloads: [{ active: { verdict: 'inject' } }] });
});

test('what takes too long is ended and told, and so is what many ask at once', async () => {
  const hurried = dashboardThreads({ program, withinMs: 1 }).tryManifests;
  const question = { manifests: stringify(pod()) };
  expect(await hurried(question, ground)).toMatchObject({ problems: [{ message: expect.stringContaining('longer') }] });
  const many = await Promise.all(Array.from({ length: 10 }, () => hurried(question, ground)));
  expect(many.at(-1)).toMatchObject({ problems: [{ message: expect.stringContaining('others try') }] });
});

test('the playground answers while capacity waits for an API server', async () => {
  const server = await fakeApiServer();
  const reached = new Promise<void>((resolve) => server.script(() => resolve()));
  const { tryManifests, readCapacity } = dashboardThreads({
    program,
    withinMs: 300_000,
    kubeconfig: server.kubeconfig,
  });
  let isOver = false;
  const capacity = readCapacity({ ...ground, plan: undefined }).catch(() => {
    isOver = true;
  });
  await reached;
  const tried = await tryManifests({ manifests: stringify(pod()) }, ground);
  expect([tried.workloads.length, isOver]).toEqual([1, false]);
  await server.close();
  await capacity;
  expect(isOver).toBe(true);
});

test('what does not fit into the memory of the container is not begun, and is told with what to do', async () => {
  const memory = { limit: 256, taken: () => 130 };
  const { tryManifests, readCapacity } = dashboardThreads({ program, memory });
  const tried = await tryManifests({ manifests: stringify(pod()) }, ground);
  expect(tried.problems).toMatchObject([{ message: expect.stringMatching(/256 MB.*resources\.limits\.memory/) }]);
  await expect(readCapacity({ ...ground, plan: undefined })).rejects.toMatchObject({
    name: 'NotComputed',
    message: expect.stringContaining('256 MB'),
    next: expect.stringContaining('pillion capacity'),
  });
});
