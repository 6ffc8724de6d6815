import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { Backoff } from '../../../src/cluster/backoff.ts';
import { DIGEST_ANNOTATION } from '../../../src/cluster/registration/content-digest.ts';
import { RepairPace } from '../../../src/cluster/registration/repair-pace.ts';
import { Registration, type RegistrationOptions } from '../../../src/cluster/registration.ts';
import { until } from '../../https/until.ts';
import { type FakeApiServer, fakeApiServer, type Handler, type SeenRequest, status } from './fake-api-server.ts';
import { ObjectStore, type StoredObject } from './object-store.ts';

const LABELS = { 'app.kubernetes.io/managed-by': 'pillion' };
const COLLECTION = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const ONE = `${COLLECTION}/pillion-one`;
const TWO = `${COLLECTION}/pillion-two`;

const webhook = (name: string, webhooks: readonly string[] = ['a']) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name, labels: LABELS },
  webhooks,
});
const policy = (name: string) => ({ ...webhook(name), kind: 'ValidatingAdmissionPolicy' });

/** No newer policy comes. */
const NEVER = new AbortController().signal;

let api: FakeApiServer;
let store: ObjectStore;
let registration: Registration;
let results: string[];
let states: string[];
let repairs: string[];
let log: { readonly level: number; readonly msg: string; readonly name?: string; readonly changedBy?: string }[];

beforeEach(async () => {
  api = await fakeApiServer();
  store = new ObjectStore();
  api.script(store.handler);
  [results, states, repairs, log] = [[], [], [], []];
  registration = start();
});
afterEach(async () => {
  await registration.stop();
  await api.close();
});

function start(options: Partial<RegistrationOptions> = {}): Registration {
  return new Registration({
    transport: api.transport,
    log: pino({}, { write: (line) => void log.push(JSON.parse(line)) }),
    metrics: {
      applied: (result) => void results.push(result),
      state: (_resource, name, state) => void states.push(`${name} ${state ?? 'forgotten'}`),
      repaired: (_resource, name) => void repairs.push(name),
    },
    watchMetrics: () => ({ contact: () => {}, restarted: () => {}, listed: () => {} }),
    now: () => 0,
    elapsedMs: () => performance.now(),
    random: () => 0,
    newRetry: () => new Backoff(() => 0, { baseMs: 2, capMs: 4 }),
    newPace: () => new Backoff(() => 0, { baseMs: 20, capMs: 40 }),
    ...options,
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

const stored = (path: string): StoredObject => {
  const object = store.objects.get(path);
  if (!object) throw new Error(`there is no ${path}`);
  return object;
};
const watched = () => until(() => api.seen.some(({ query }) => query.has('watch')));
const warnings = () => log.filter(({ level }) => level === 40);
const writes = () => api.seen.filter(({ method }) => method !== 'GET').length;
/** Lets what goes on come to its end: nothing was asked of the API server for a while. */
async function quiet(): Promise<void> {
  for (let seen = -1; seen !== api.seen.length; ) {
    seen = api.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('applying', () => {
  test('makes every object stand by force, as one field manager, with the digest of its content', async () => {
    expect(await registration.apply([webhook('pillion-one'), policy('pillion-final')])).toBe(true);
    const [first] = api.seen.filter(({ path }) => path === ONE);
    expect(first?.method).toBe('PATCH');
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ fieldManager: 'pillion', force: 'true' });
    expect(first?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(first?.headers.accept).toContain('as=PartialObjectMetadata;');
    const digest = stored(ONE).metadata.annotations?.[DIGEST_ANNOTATION];
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.parse(first?.body ?? '')).toEqual({
      ...webhook('pillion-one'),
      metadata: { name: 'pillion-one', labels: LABELS, annotations: { [DIGEST_ANNOTATION]: digest } },
    });
    expect([...store.objects.keys()].sort()).toEqual([ONE, `${POLICIES}/pillion-final`]);
    expect([results, repairs]).toEqual([['applied', 'applied'], []]);
    expect(states).toEqual(expect.arrayContaining(['pillion-one awaited', 'pillion-one kept', 'pillion-final kept']));
  });

  test('of later content names the object by its uid, and what stood in it besides goes', async () => {
    await registration.apply([webhook('pillion-one')]);
    const { uid } = stored(ONE).metadata;
    await registration.apply([webhook('pillion-one', ['a', 'b'])]);
    const applies = api.seen.filter(({ query }) => query.has('force'));
    expect(applies.map(({ body }) => JSON.parse(body).metadata.uid)).toEqual([undefined, uid]);
    expect(stored(ONE).webhooks).toEqual(['a', 'b']);
  });

  test('is tried again until it works, and says why it did not', async () => {
    const faults: Handler[] = [status(403, 'Forbidden', 'not allowed'), (_request, response) => response.destroy()];
    api.script((request, response) => {
      const answer = (request.path === ONE && faults.shift()) || store.handler;
      answer(request, response);
    });
    expect(await registration.apply([webhook('pillion-one')])).toBe(true);
    expect(results).toEqual(['failed', 'failed', 'applied']);
    expect(JSON.stringify(log[0])).toContain('not allowed; grant it to the service account');
    expect(JSON.stringify(log[1])).toContain('cannot reach the API server');
  });

  test('of one object does not wait for another that is refused', async () => {
    let refuse = true;
    const refusing: Handler = (request, response) => {
      const answer = refuse && request.path === ONE ? status(403, 'Forbidden') : store.handler;
      answer(request, response);
    };
    api.script(refusing);
    const all = registration.apply([webhook('pillion-one'), webhook('pillion-two')]);
    await until(() => results.includes('applied'));
    expect(log.find(({ msg }) => msg.includes('registered with'))).toMatchObject({ name: 'pillion-two' });
    refuse = false;
    expect(await all).toBe(true);
    expect(results.filter((result) => result === 'applied')).toHaveLength(2);
  });

  test('that stays refused is told once and counted each time, and the object is awaited until it stands', async () => {
    await registration.apply([webhook('pillion-one')]);
    api.script((request, response) => {
      const refused = request.method === 'PATCH' && request.path === ONE;
      (refused ? status(422, 'Invalid', 'unknown function') : store.handler)(request, response);
    });
    const newer = registration.apply([webhook('pillion-one', ['b'])]);
    await until(() => results.filter((result) => result === 'failed').length > 3);
    expect(states.at(-1)).toBe('pillion-one awaited');
    expect(log.filter(({ level }) => level === 50)).toEqual([
      expect.objectContaining({ name: 'pillion-one', err: expect.objectContaining({ message: 'unknown function' }) }),
    ]);
    api.script(store.handler);
    expect(await newer).toBe(true);
    expect(states.at(-1)).toBe('pillion-one kept');
  });

  test('waits for an object that is being deleted, and makes it anew', async () => {
    store.put(ONE, {
      ...webhook('pillion-one'),
      metadata: { labels: LABELS, deletionTimestamp: '2026-11-03T10:00:00Z' },
    });
    const applied = registration.apply([webhook('pillion-one')]);
    await until(() => results.includes('failed'));
    store.remove(ONE);
    expect(await applied).toBe(true);
    expect([stored(ONE).webhooks, states.at(-1)]).toEqual([['a'], 'pillion-one kept']);
    expect(log.some(({ msg }) => msg.includes('break-glass'))).toBe(false);
  });

  test('gives way to what is rendered later, and to a stop', async () => {
    api.script(status(500, 'InternalError'));
    const outdated = registration.apply([webhook('pillion-one')]);
    await until(() => results.length > 1);
    const newest = registration.apply([webhook('pillion-two')]);
    expect(await outdated).toBe(false);
    await until(() => api.seen.at(-1)?.path === TWO);
    await registration.stop();
    expect(await newest).toBe(false);
  });

  test('deletes what it no longer contains, also of an earlier process, and nothing else', async () => {
    store.put(`${COLLECTION}/zz-pillion-old`, webhook('zz-pillion-old'));
    store.put(`${COLLECTION}/of-somebody-else`, webhook('of-somebody-else'));
    store.put(`${COLLECTION}/pillion-without-label`, { metadata: {} });
    await registration.apply([webhook('pillion-one'), policy('pillion-final')]);
    await registration.apply([webhook('pillion-one')]);
    expect([...store.objects.keys()].sort()).toEqual([
      `${COLLECTION}/of-somebody-else`,
      ONE,
      `${COLLECTION}/pillion-without-label`,
    ]);
    expect(states).toContain('pillion-final forgotten');
    expect(warnings()).toEqual([]);
  });
});

describe('what is no longer rendered', () => {
  test('goes while an object of another kind is refused', async () => {
    await registration.apply([webhook('pillion-one'), policy('pillion-final')]);
    api.script((request, response) => {
      const refused = request.method === 'PATCH' && request.path === ONE;
      (refused ? status(422, 'Invalid') : store.handler)(request, response);
    });
    void registration.apply([webhook('pillion-one', ['b'])]);
    await until(() => !store.objects.has(`${POLICIES}/pillion-final`));
    expect(stored(ONE).webhooks).toEqual(['a']);
  });

  test.each(['GET', 'DELETE'])(
    'stands when it is wanted again, also with the %s of its removal under way',
    async (method) => {
      const FINAL = `${POLICIES}/pillion-final`;
      await registration.apply([webhook('pillion-one'), policy('pillion-final')]);
      await quiet();
      const { uid } = stored(FINAL).metadata;
      let release: (() => void) | undefined;
      api.script((request, response) => {
        const held = request.method === method && request.path.startsWith(POLICIES) && release === undefined;
        if (!held) return store.handler(request, response);
        release = () => store.handler(request, response);
      });
      const without = registration.apply([webhook('pillion-one')]);
      await until(() => release !== undefined);
      const again = registration.apply([webhook('pillion-one'), policy('pillion-final')]);
      await quiet();
      release?.();
      expect([await without, await again]).toEqual([false, true]);
      await quiet();
      expect(stored(FINAL).metadata.uid === uid).toBe(method === 'GET');
      expect([states.at(-1), states.includes('pillion-final deleted-by-hand')]).toEqual(['pillion-final kept', false]);
    },
  );
});

describe('a policy that takes effect next', () => {
  const finalState = (condition: string) => ({
    ...policy('pillion-final-state'),
    spec: {
      matchConstraints: { namespaceSelector: {} },
      matchConditions: [{ name: 'c', expression: condition }],
      validations: [{ expression: condition }],
    },
  });
  const FINAL = `${POLICIES}/pillion-final-state`;
  const conditions = () =>
    (stored(FINAL).spec as { matchConditions: { expression: string }[] }).matchConditions.map(
      (each) => each.expression,
    );

  test.each([
    [
      'is refused when the API server refuses its objects',
      status(422, 'Invalid', 'undeclared reference'),
      'undeclared',
    ],
    ['is not when the API server cannot be asked', status(403, 'Forbidden'), undefined],
    ['is not when the API server does not answer', ((_, response) => response.destroy()) as Handler, undefined],
  ])('%s', async (_name, answer, said) => {
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    const before = structuredClone([...store.objects]);
    api.script((request, response) => (request.query.has('dryRun') ? answer : store.handler)(request, response));
    const prepared = registration.prepare([webhook('pillion-one', ['b']), finalState('old')], NEVER);
    const problems = await prepared.then(
      () => [],
      (fault) => fault.problems.map(({ message }: { message: string }) => message),
    );
    const expected = expect.stringMatching(
      /^the API server refuses what this policy has to register: undeclared reference; change what it names$/,
    );
    expect(problems).toEqual(said === undefined ? [] : [expected, expected]);
    expect([...store.objects]).toEqual(before);
  });

  test('finds a final state that refuses only what both refuse, until its own is applied', async () => {
    await registration.stop();
    registration = start({ policiesReadMs: 0 });
    await registration.apply([finalState('old')]);
    await registration.prepare([finalState('new')], NEVER);
    expect(conditions()).toEqual(['old', 'new']);
    await registration.apply([finalState('new')]);
    expect(conditions()).toEqual(['new']);
    expect(repairs).toEqual([]);
  });

  test('finds the final state that another process left made to refuse nothing, and then gone, when it has none', async () => {
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    await registration.stop();
    registration = start({ policiesReadMs: 0, mayWrite: () => true });
    await registration.apply([webhook('pillion-one')]);
    await quiet();
    expect([...store.objects.keys()]).toEqual([ONE]);
  });

  test('waits for the way that the process makes which writes, and writes nothing itself', async () => {
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    const follower = start({ policiesReadMs: 0, mayWrite: () => false });
    await follower.apply([webhook('pillion-one'), finalState('old')]);
    const before = writes();
    let ready = false;
    const prepared = follower.prepare([webhook('pillion-one'), finalState('new')], NEVER).then(() => (ready = true));
    await quiet();
    // what was tried out changed nothing
    expect([ready, writes() - before]).toEqual([false, 2]);
    await registration.stop();
    registration = start({ policiesReadMs: 0 });
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    await registration.prepare([webhook('pillion-one'), finalState('new')], NEVER);
    await prepared;
    expect(conditions()).toEqual(['old', 'new']);
    await follower.stop();
  });

  test('is not waited for where a newer one has come meanwhile, for which the other makes way', async () => {
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    const follower = start({ policiesReadMs: 0, mayWrite: () => false });
    await follower.apply([webhook('pillion-one'), finalState('old')]);
    const newer = new AbortController();
    const passedOver = follower.prepare([webhook('pillion-one'), finalState('passed over')], newer.signal);
    await quiet();
    newer.abort(new Error('a newer one'));
    await expect(passedOver).rejects.toThrow('a newer one');
    await registration.stop();
    registration = start({ policiesReadMs: 0 });
    await registration.apply([webhook('pillion-one'), finalState('old')]);
    const prepared = follower.prepare([webhook('pillion-one'), finalState('new')], NEVER);
    await registration.prepare([webhook('pillion-one'), finalState('new')], NEVER);
    await prepared;
    expect(conditions()).toEqual(['old', 'new']);
    await follower.stop();
  });

  test('finds nothing on its way that the change before it has yet to apply', async () => {
    await registration.stop();
    registration = start({ policiesReadMs: 0 });
    await registration.apply([finalState('a')]);
    await registration.prepare([finalState('b')], NEVER);
    await registration.prepare([finalState('c')], NEVER);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const ofCAlone = ({ query, body }: SeenRequest) => query.has('force') && !body.includes('"expression":"b"');
    api.script(async (request, response) => {
      if (ofCAlone(request)) await held;
      store.handler(request, response);
    });
    api.seen.length = 0;
    void registration.apply([finalState('c')]);
    await until(() => api.seen.some(ofCAlone));
    // what stands makes way for b already
    const prepared = registration.prepare([finalState('b')], NEVER);
    await quiet();
    answer();
    await prepared;
    await quiet();
    expect(conditions()).toEqual(['a', 'b', 'c']);
  });

  test('ends what the change before it has begun, also when memory was collected meanwhile', async () => {
    await registration.stop();
    registration = start({ policiesReadMs: 300 });
    await registration.apply([webhook('pillion-one'), finalState('a')]);
    await registration.prepare([webhook('pillion-one', ['b']), finalState('b')], NEVER);
    const overtaken = registration.apply([webhook('pillion-one', ['b']), finalState('b')]);
    await until(() => String(stored(ONE).webhooks) === 'b');
    const prepared = registration.prepare([finalState('c')], NEVER);
    await until(() => conditions().includes('c'));
    collectGarbage();
    expect(await overtaken).toBe(false);
    await prepared;
    expect(conditions()).toEqual(['a', 'b', 'c']);
  });

  test('is not held up where nothing is registered yet', async () => {
    await registration.prepare([finalState('new')], NEVER);
    expect(api.seen).toEqual([]);
  });
});

describe('what stands is kept', () => {
  test.each<[string, (object: StoredObject) => void]>([
    ['content is changed', (object) => (object.webhooks = [])],
    ['content is added', (object) => (object.webhooks = ['a', 'of somebody else'])],
    ['the label is removed', (object) => delete object.metadata.labels],
    ['the digest is removed', (object) => delete object.metadata.annotations],
  ])('when %s', async (_name, change) => {
    await registration.apply([webhook('pillion-one')]);
    await watched();
    const before = structuredClone(stored(ONE));
    store.edit(ONE, 'kubectl-edit', change);
    await until(() => repairs.length === 1);
    await quiet();
    const { webhooks, metadata } = stored(ONE);
    expect({ webhooks, labels: metadata.labels, annotations: metadata.annotations }).toEqual({
      webhooks: before.webhooks,
      labels: before.metadata.labels,
      annotations: before.metadata.annotations,
    });
    expect(warnings()).toEqual([expect.objectContaining({ name: 'pillion-one', changedBy: 'kubectl-edit' })]);
    expect(repairs).toEqual(['pillion-one']);
  });

  test('but what others add to its metadata is theirs', async () => {
    await registration.apply([webhook('pillion-one')]);
    await watched();
    store.edit(ONE, 'gitops', ({ metadata }) => (metadata.labels = { ...metadata.labels, team: 'blue' }));
    await quiet();
    expect(stored(ONE).metadata.labels).toMatchObject({ team: 'blue' });
    expect([repairs, warnings()]).toEqual([[], []]);
  });

  test('without a watch by looking again now and then', async () => {
    await registration.stop();
    registration = start({ recheckMs: 20 });
    api.script((request, response) => {
      const refused = request.query.has('watch') || request.query.has('labelSelector');
      (refused && results.length > 0 ? status(403, 'Forbidden') : store.handler)(request, response);
    });
    void registration.apply([webhook('pillion-one')]);
    await until(() => states.includes('pillion-one kept'));
    store.edit(ONE, 'kubectl-edit', (object) => (object.webhooks = []));
    await until(() => repairs.length === 1);
    expect(stored(ONE).webhooks).toEqual(['a']);
  });

  test('against a controller that undoes it at once not without end', async () => {
    await registration.stop();
    registration = start({ newPace: () => new Backoff(() => 0, { baseMs: 3_600_000, capMs: 3_600_000 }) });
    await registration.apply([webhook('pillion-one')]);
    await watched();
    for (let edit = 0; edit < 50; edit++) {
      store.edit(ONE, 'other', (object) => {
        object.webhooks = [String(edit)];
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await quiet();
    expect(repairs).toEqual(['pillion-one']);
    expect(stored(ONE).webhooks).toEqual(['49']);
  });

  test('an object that is deleted is not put back, by nothing; the others are kept', async () => {
    await registration.stop();
    registration = start({ recheckMs: 20 });
    await registration.apply([webhook('pillion-one'), webhook('pillion-two')]);
    await watched();
    store.remove(ONE);
    await until(() => states.includes('pillion-one deleted-by-hand'));
    store.edit(TWO, 'kubectl-edit', (object) => (object.webhooks = []));
    await until(() => repairs.includes('pillion-two'));
    expect(await registration.apply([webhook('pillion-one', ['b']), webhook('pillion-two', ['b'])])).toBe(true);
    const looks = api.seen.length;
    await until(() => api.seen.length > looks + 4);
    expect([...store.objects.keys()]).toEqual([TWO]);
    expect(stored(TWO).webhooks).toEqual(['b']);
    expect(log.filter(({ msg }) => msg.includes('break-glass'))).toEqual([
      expect.objectContaining({ level: 40, name: 'pillion-one', msg: expect.stringContaining('restart Pillion') }),
    ]);
  });

  test('an object that is made anew, as by another replica, is taken over', async () => {
    await registration.apply([webhook('pillion-one')]);
    await watched();
    const { uid, resourceVersion, ...metadata } = stored(ONE).metadata;
    store.remove(ONE);
    await until(() => states.includes('pillion-one deleted-by-hand'));
    store.put(ONE, { ...webhook('pillion-one'), metadata });
    await until(() => states.at(-1) === 'pillion-one kept');
    store.edit(ONE, 'kubectl-edit', (object) => (object.webhooks = []));
    await until(() => repairs.length === 1);
    expect(stored(ONE).metadata.uid).not.toBe(uid);
    expect(stored(ONE).webhooks).toEqual(['a']);
  });
});

describe('a replica that does not register', () => {
  const trusting = (caBundle: string, name = 'a') => ({
    ...webhook('pillion-one'),
    webhooks: [{ name, clientConfig: { caBundle } }],
  });
  const told = () => log.filter(({ msg }) => msg.includes('renders this object otherwise'));

  test('waits for the one that does when only the authority has changed, and says nothing of another policy', async () => {
    await registration.apply([trusting('old')]);
    const follower = start({ mayWrite: () => false });
    states.length = 0;
    await follower.apply([trusting('old and new')]);
    expect([states.at(-1), told()]).toEqual(['pillion-one awaited', []]);
    await registration.apply([trusting('old and new')]);
    await until(() => states.at(-1) === 'pillion-one kept');
    await follower.apply([trusting('old and new', 'b')]);
    expect([states.at(-1), told()]).toEqual([
      'pillion-one other',
      [expect.objectContaining({ level: 30, name: 'pillion-one' })],
    ]);
    await follower.stop();
  });

  test('leaves what it was about to write to the other, which is no failure', async () => {
    await registration.apply([webhook('pillion-one')]);
    results.length = 0;
    // its time is over right before the write, as in a process that was frozen there
    let holds = true;
    const owner = async () => {
      holds = false;
      return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'pillion', uid: 'uid' };
    };
    const frozen = start({ mayWrite: () => holds, owner });
    await frozen.apply([webhook('pillion-one', ['b'])]);
    expect(holds).toBe(false);
    await quiet();
    expect([stored(ONE).webhooks, results, log.filter(({ level }) => level > 30)]).toEqual([['a'], [], []]);
    await frozen.stop();
  });
});

describe('two Pillions', () => {
  test('with the same policy do not write twice', async () => {
    await registration.apply([webhook('pillion-one')]);
    const { resourceVersion } = stored(ONE).metadata;
    const other = start();
    await other.apply([webhook('pillion-one')]);
    await quiet();
    expect(stored(ONE).metadata.resourceVersion).toBe(resourceVersion);
    expect(repairs).toEqual([]);
    await other.stop();
  });

  test('with different policies leave the newer registration alone, until there is a newer one still', async () => {
    await registration.apply([webhook('pillion-one', ['old'])]);
    await watched();
    const other = start();
    await other.apply([webhook('pillion-one', ['new'])]);
    await until(() => states.includes('pillion-one other'));
    await quiet();
    const before = writes();
    store.edit(ONE, 'kubectl-annotate', ({ metadata }) => (metadata.labels = { ...metadata.labels, team: 'blue' }));
    await quiet();
    expect(stored(ONE).webhooks).toEqual(['new']);
    // the owner looks and changes nothing, the other one does not even try
    expect(writes() - before).toBe(2);
    expect(log.filter(({ msg }) => msg.includes('another Pillion'))).toEqual([expect.objectContaining({ level: 30 })]);
    await registration.apply([webhook('pillion-one', ['newest'])]);
    await quiet();
    expect(stored(ONE).webhooks).toEqual(['newest']);
    expect(repairs).toEqual([]);
    await other.stop();
  });
});

test('repairs are made at once, then after pauses that grow, and at once again after some quiet', () => {
  let now = 0;
  const pace = new RepairPace(new Backoff(() => 1, { baseMs: 2_000, capMs: 300_000 }), () => now);
  const waits: number[] = [];
  for (let repair = 0; repair < 10; repair++) {
    waits.push(pace.waitMs());
    now += pace.waitMs();
    pace.repaired();
  }
  expect(waits).toEqual([0, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1000));
  now += 300_000 + 600_001;
  expect(pace.waitMs()).toBe(0);
  pace.repaired();
  expect(pace.waitMs()).toBe(2_000);
});
