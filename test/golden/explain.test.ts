import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { BUILT_IN as SOURCES } from '../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { afterApiServer } from '../core-fixtures/api-server.ts';
import { rendered } from '../core-fixtures/matching-hooks.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import { CIRCUMSTANCES } from '../core-fixtures/policies.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { type FakeApiServer, fakeApiServer } from '../unit/cluster/fake-api-server.ts';
import { expectFile } from './expected-file.ts';
import { servedObjects } from './served-objects.ts';

// Each folder is a case: the objects of a cluster, pods as whoever makes them sends them, and what is explained, a command line each line of
// `commands`. Pods are made under before.yaml, or under the policy that is explained by: policy.yaml, or the built-in one. What the API server says
// no to is in forbidden.txt. UPDATE_GOLDEN=1 npm test -- golden writes told.txt.
const GIVEN = ['objects.yaml', 'commands', 'before.yaml', 'policy.yaml', 'log.jsonl', 'forbidden.txt'];

const root = new URL('./explain/', import.meta.url);
let api: FakeApiServer;

beforeAll(async () => {
  api = await fakeApiServer();
});

afterAll(() => api.close());

test.each(readdirSync(root).sort())('%s', async (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const text = (leaf: string) => (existsSync(file(leaf)) ? readFileSync(file(leaf), 'utf8') : undefined);
  const policy = loaded(text('policy.yaml'));
  const made = loaded(text('before.yaml') ?? text('policy.yaml'));
  const objects = parseAllDocuments(text('objects.yaml') ?? '').map((document) => document.toJS() as PodJson);
  const standing = objects.map((object) => (object.kind === 'Pod' ? injected(object, made, objects) : object));
  const [path = '', says = ''] = (text('forbidden.txt') ?? '').split('\n');
  const served = [...standing, ...rendered(policy)] as unknown as Parameters<typeof servedObjects>[0];
  api.script(servedObjects(served, path === '' ? undefined : { path, says }));
  const files = Object.fromEntries(
    ['policy.yaml', 'log.jsonl'].flatMap((leaf) => (text(leaf) === undefined ? [] : [[leaf, text(leaf) ?? '']])),
  );
  const flags = ['policy.yaml' in files ? ['--policy', 'policy.yaml'] : [], ['--kubeconfig', api.kubeconfig]].flat();
  let told = '';
  for (const line of (text('commands') ?? '').split('\n').filter((one) => one !== '')) {
    const { exit, stdout, stderr } = await pillion([...line.split(' '), ...flags], { files });
    told += `$ pillion ${line}\n${stdout}${stderr}exit code ${exit}\n\n`;
  }
  expectFile(file('told.txt'), told);
  expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, 'told.txt'].includes(leaf))).toEqual([]);
});

function loaded(text: string | undefined): ActivePolicy {
  const own = text === undefined ? [] : [{ file: 'policy.yaml', text }];
  const result = loadPolicy([...SOURCES, ...own], CIRCUMSTANCES);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.active;
}

/** The pod as it stands after its creation under a policy, if that did anything to it: the token comes before the webhook. */
function injected(pod: PodJson, policy: ActivePolicy, objects: readonly PodJson[]): PodJson {
  const namespace = String(pod.metadata.namespace);
  const isItsOwn = ({ kind, metadata }: PodJson) => kind === 'Namespace' && metadata.name === namespace;
  const namespaceLabels = objects.find(isItsOwn)?.metadata.labels ?? {};
  const sent = afterApiServer(pod, { token: true });
  const admission = admitted(sent, { policy, namespace, namespaceLabels, uid: String(pod.metadata.uid) });
  return admission.review.response.allowed ? afterApiServer(patched(sent, admission), { token: true }) : sent;
}
