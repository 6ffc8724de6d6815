import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { KeptHistory } from '../../../src/cluster/policy-objects/kept-history.ts';
import type { StandingPolicyObject } from '../../../src/cluster/policy-objects/standing-objects.ts';
import { objectSource } from '../../../src/core/policy/policy-objects.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import { fakeApiServer, json } from './fake-api-server.ts';

const PLACE = { namespace: 'pillion-system', installation: 'pillion' };

interface Stamps {
  readonly by: string;
  readonly at: string;
}

/** The policy as somebody wrote it, with the stamps that stand on it. */
const standing = (finalState: string, { by, at }: Stamps): StandingPolicyObject => ({
  source: objectSource('InjectionPolicy', 'default', { spec: { finalState } }),
  metadata: {
    ...{ name: 'default', uid: 'u', resourceVersion: '1', generation: 1 },
    annotations: { 'pillion.io/changed-by': by, 'pillion.io/changed-at': at },
  },
  status: undefined,
});

/** Keeps one policy after another, and tells by whom each entry is said to be. */
async function authors(...written: readonly StandingPolicyObject[]): Promise<readonly (readonly unknown[])[]> {
  const server = await fakeApiServer();
  const entries: { readonly metadata: { readonly annotations: Record<string, string> } }[] = [];
  server.script((request, response) => {
    if (request.method === 'POST') entries.push(JSON.parse(request.body));
    json(request.method === 'POST' ? {} : { items: entries })(request, response);
  });
  const { signal } = new AbortController();
  const owner = async () => ({ apiVersion: 'v1', kind: 'ClusterRole', name: 'pillion', uid: 'u' });
  const history = new KeptHistory({
    ...{ transport: server.transport, place: PLACE, owner, log: pino({ level: 'silent' }), signal },
  });
  for (const one of written)
    await history.keep([one], {
      ...{ inForce: { active: BUILT_IN, shadows: [] }, inForceSources: [one.source], judged: [one.source] },
      ...{ problems: [], leftOut: [] },
    });
  await server.close();
  return entries.map(({ metadata: { annotations } }) => [
    annotations['pillion.io/changed-by'],
    annotations['pillion.io/changed-at'],
  ]);
}

const ALICE = { by: 'alice', at: '2026-11-01T08:00:00Z' };
const BOB = { by: 'bob', at: '2026-11-02T08:00:00Z' };

test('an entry is of whoever the webhook stamped, and of nobody where the stamp is of a change before', async () => {
  expect(
    await authors(standing('Warn', ALICE), standing('Off', ALICE), standing('Deny', ALICE), standing('Warn', BOB)),
  ).toEqual([
    ['alice', ALICE.at],
    ['', ''],
    ['', ''],
    ['bob', BOB.at],
  ]);
});
