import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Judgement } from '../../src/core/verification/judgement.ts';
import type { Verification } from '../../src/core/verification/verification.ts';
import { eventually } from '../cluster/eventually.ts';
import { kubeconfig as kubeconfigText } from '../controlplane/users.ts';
import { layOut } from '../image/layout.ts';
import { type Outcome, pillion } from '../unit/cli/command-line.ts';
import { ENABLED, type Lab } from './lab.ts';
import { linesOf } from './passed.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';
import { backend, nextMonth, trafficService as service } from './traffic-service.ts';

/** Its pods get a sidecar that does nothing for resilience. */
const OBSERVED = 'observed';
/** Its pods get Istio’s sidecar. */
const MESH = 'mesh';
const CLOSED = 'closed';
/** Its pods get their sidecar as an ordinary container. */
const CLASSIC = 'classic';
/** It lets no pod in that redirects traffic by itself. */
const STRICT = 'strict';
const BACKENDS = ['backend-1', 'backend-2', 'backend-3'];
const FAILS_EARLY = { consecutive5xx: 3, interval: '500ms', baseEjectionTime: '3s', minHealthPercent: 0 };

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  timing: { timeout: '1s' },
  inventory: {
    timeout: '4s',
    retries: { attempts: 2, perTryTimeout: '1s', retryOn: ['503'], backoff: '25ms' },
    circuitBreaker: { maxRequests: 3 },
    routes: [{ name: 'stream', match: [{ path: { prefix: '/trickle/' } }], timeout: 'none', retries: 'none' }],
  },
  budgeting: {
    timeout: '10s',
    retries: { attempts: 3, perTryTimeout: '2s', retryOn: ['503'], backoff: '25ms' },
    retryBudget: { percent: 1, minRetryConcurrency: 1 },
  },
  ejecting: { service: { minReplicas: 3 }, outlierDetection: { ...FAILS_EARLY, maxEjectionPercent: 34 } },
  keeping: {
    service: { minReplicas: 3 },
    outlierDetection: { ...FAILS_EARLY, maxEjectionPercent: 33 },
    waivers: [{ rule: 'MESH010', reason: 'it is shown here that nothing is left out', expires: nextMonth() }],
  },
  changing: { timeout: '5s' },
  off: {},
};

let lab: Lab;

beforeAll(async () => {
  const selects = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
  lab = await startShop({
    policy: {
      profile: { features: ['Observability', 'Resilience'] },
      more: {
        observing: { features: ['Observability'] },
        classic: { features: ['Observability', 'Resilience'], order: 'Classic' },
      },
      istio: {},
      spec: {
        profiles: [
          { name: 'observing', ...selects(OBSERVED) },
          { name: 'istio', ...selects(MESH) },
          { name: 'classic', ...selects(CLASSIC) },
          { name: 'envoy' },
        ],
      },
    },
    namespaces: {
      [OBSERVED]: ENABLED,
      [MESH]: ENABLED,
      [CLOSED]: {},
      [CLASSIC]: ENABLED,
      [STRICT]: { ...ENABLED, 'pod-security.kubernetes.io/enforce': 'restricted' },
      'pillion-system': {},
    },
    images: {
      'lab/pillion': {
        is: 'Pillion itself, as its Dockerfile makes it',
        async layOut(folder) {
          await mkdir(folder, { recursive: true });
          return layOut('runtime', folder);
        },
      },
    },
  });
  await lab.apply(
    ...Object.entries(SERVICES).map(([name, values]) => service(name, values)),
    service('by-address', { timeout: '1s', outlierDetection: FAILS_EARLY }, { headless: false }),
    service('silent', undefined),
    ...BACKENDS.map((name) => backend(name, 'backend')),
    installed,
  );
  await shopReady(lab, ...BACKENDS);
});

afterAll(async () => lab?.stop());

/** As the chart’s, as far as is read: from it the image of the probe is known. */
const installed = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'pillion', namespace: 'pillion-system' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'pillion' } },
    template: {
      metadata: { labels: { app: 'pillion' } },
      spec: { containers: [{ name: 'pillion', image: 'lab/pillion' }] },
    },
  },
};

const verify = (words: string): Promise<Outcome> =>
  pillion(['traffic', 'verify', ...words.split(' '), '--kubeconfig', lab.cluster.controlPlane.kubeconfig], {
    now: new Date(),
  });

interface Verified {
  readonly exit: number;
  readonly verification: Verification & { readonly conclusion: string };
  readonly verdicts: Readonly<Record<string, string>>;
  readonly of: (feature: string) => Judgement | undefined;
}

async function verified(words: string): Promise<Verified> {
  const { exit, stdout, stderr } = await verify(`${words} -o json`);
  if (stdout === '') throw new Error(stderr);
  const verification = JSON.parse(stdout);
  const { features } = verification as Verification;
  return {
    exit,
    verification,
    verdicts: Object.fromEntries(features.map(({ feature, verdict }) => [feature, verdict])),
    of: (name) => features.find(({ feature }) => feature === name),
  };
}

const PROBE = 'app.kubernetes.io/name=pillion-probe';
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const probes = () => lab.kubectl('get', 'pods', '--all-namespaces', '-l', PROBE, '-o', 'name');
const OTHERS_OFF = { retryBudget: 'off', outlierDetection: 'off' };

describe('each feature is seen to act where its path is called', () => {
  test('a timeout', async () => {
    const { exit, verdicts, verification } = await verified(`timing -n ${SHOP} --path /delay/2000 --requests 3`);
    expect(verdicts).toEqual({
      ...{ timeout: 'acts', perTryTimeout: 'off', retries: 'off', circuitBreaker: 'off' },
      ...OTHERS_OFF,
    });
    expect([exit, verification.conclusion, verification.sent]).toEqual([0, 'acts', 3]);
    expect(verification.answers).toEqual([expect.objectContaining({ answer: '504', count: 3 })]);
  });

  test('the timeout of a try', async () => {
    const { exit, verdicts } = await verified(`inventory -n ${SHOP} --path /delay/2000 --requests 3`);
    expect(verdicts).toEqual({
      ...{ timeout: 'not-exercised', perTryTimeout: 'acts', retries: 'not-exercised', circuitBreaker: 'not-exercised' },
      ...OTHERS_OFF,
    });
    expect(exit).toBe(0);
  });

  test('retries', async () => {
    const { exit, verdicts, of } = await verified(`inventory -n ${SHOP} --path /status/503 --requests 4`);
    expect(verdicts).toMatchObject({ timeout: 'not-exercised', retries: 'acts', circuitBreaker: 'not-exercised' });
    expect(of('retries')?.seen).toBe('8 more tries for 4 requests, 12 in all; 0 of them ended well');
    expect(exit).toBe(0);
    const arrived = await Promise.all(
      BACKENDS.map((name) => linesOf(lab.pod(SHOP, name), /^request GET \/status\/503 /)),
    );
    expect(arrived.reduce((sum, count) => sum + count)).toBe(12);
  });

  test('a circuit breaker', async () => {
    const { exit, verdicts, of } = await verified(
      `inventory -n ${SHOP} --path /work/700 --requests 12 --concurrency 12`,
    );
    expect(verdicts).toMatchObject({ circuitBreaker: 'acts' });
    expect(of('circuitBreaker')?.seen).toMatch(/^\d+ of 12 refused at once; \d+ answered 503$/);
    expect(exit).toBe(0);
  });

  test('a retry budget', async () => {
    const { verdicts } = await verified(`budgeting -n ${SHOP} --path /status/503/b --requests 60 --concurrency 20`);
    expect(verdicts).toMatchObject({ retries: 'acts', retryBudget: 'acts' });
  });

  test('outlier detection', async () => {
    const { verdicts } = await verified(`ejecting -n ${SHOP} --path /status/500 --requests 30`);
    expect(verdicts).toMatchObject({ outlierDetection: 'acts', timeout: 'off' });
  });
});

describe('what does not act is said, with the evidence', () => {
  test('a share that leaves out none', async () => {
    const { exit, of } = await verified(`keeping -n ${SHOP} --path /status/500 --requests 30`);
    expect(of('outlierDetection')).toMatchObject({
      verdict: 'does-not-act',
      seen: expect.stringContaining('maxEjectionPercent 33'),
    });
    expect(exit).toBe(1);
  });

  test('a profile without the feature, before anything is sent', async () => {
    const { exit, verdicts, verification } = await verified(`${SHOP}/inventory -n ${OBSERVED} --path /observed`);
    expect(verdicts).toEqual({
      ...{ timeout: 'does-not-act', perTryTimeout: 'does-not-act', retries: 'does-not-act' },
      circuitBreaker: 'does-not-act',
      ...OTHERS_OFF,
    });
    expect([exit, verification.newPods, verification.sent]).toEqual([1, 'nothing', 0]);
    expect(await linesOf(lab.pod(SHOP, 'backend-1'), /\/observed/)).toBe(0);
  });

  test('values that a pod which runs has not got', async () => {
    const annotations = { 'pillion.io/depends-on': 'changing' };
    await lab.apply(shopPod('older', 'lab/client', { annotations }));
    await shopReady(lab, 'older');
    const before = await verified(`changing -n ${SHOP} --path /delay/1`);
    expect(before.exit).toBe(3);
    expect(before.verification.callers).toEqual({ count: 1, outdated: [] });
    await lab.apply(service('changing', { timeout: '300ms' }));
    await eventually('new pods get the new value', async () => {
      const { verification, verdicts, exit } = await verified(`changing -n ${SHOP} --path /delay/900 --requests 2`);
      if (verification.newPods !== 'same') return false;
      expect(verdicts).toMatchObject({ timeout: 'acts' });
      expect(verification.callers).toEqual({ count: 1, outdated: [{ pod: 'older', values: 'older' }] });
      expect(exit).toBe(1);
      return true;
    });
  });
});

describe('what holds for the requests that are sent, and what can be done for them', () => {
  test('of a route of its own', async () => {
    const { verification, verdicts } = await verified(`inventory -n ${SHOP} --path /trickle/1500 --requests 1`);
    expect(verification.route).toBe('stream');
    expect(verdicts).toMatchObject({ timeout: 'off', retries: 'off' });
    expect(verification.answers).toEqual([expect.objectContaining({ answer: '200', count: 1 })]);
  });

  test('of a pod whose sidecar starts and ends beside it', async () => {
    const { verdicts } = await verified(`${SHOP}/timing -n ${CLASSIC} --path /delay/2002 --requests 1`);
    expect(verdicts).toMatchObject({ timeout: 'acts' });
  });

  test('of a Service with one address', async () => {
    const { verification, verdicts } = await verified(`by-address -n ${SHOP} --path /delay/2000 --requests 1`);
    expect(verdicts).toMatchObject({ timeout: 'acts', outlierDetection: 'left-out' });
    expect(verification.leftOut.map(({ path }) => path)).toContain('/outlierDetection');
  });

  test('for people, as docs/resilience.md shows it', async () => {
    const page = await readFile(new URL('../../docs/resilience.md', import.meta.url), 'utf8');
    const [, words = '', shown = ''] = /\$ pillion traffic verify (.*)\n([^`]*)```/.exec(page) ?? [];
    const { exit, stdout, stderr } = await verify(words);
    const anew = (text: string) =>
      text.replace(/after \d+( to \d+)? ms/g, 'after MS').replace(/probe-[0-9a-f]{10}/, 'probe-NAME');
    expect(anew(stderr + stdout)).toBe(anew(shown));
    expect(exit).toBe(0);
  });
});

describe('what cannot be verified', () => {
  test.each([
    [`off -n ${SHOP}`, 3, /timeout +off/],
    [`silent -n ${SHOP}`, 3, /PIL008.*\n.*shop\/silent says nothing about its traffic/],
    [`nowhere -n ${SHOP}`, 2, /PIL004.*\n.*there is no Service shop\/nowhere/],
    [`${SHOP}/inventory -n ${MESH}`, 3, /PIL008.*\n.*not the plain Envoy/],
    [`${SHOP}/inventory -n ${CLOSED}`, 3, /PIL008.*\n.*in namespace closed gets none.*not enabled/],
    [`${SHOP}/inventory -n ${STRICT}`, 4, /PIL007.*\n.*the probe’s pod is refused.*pod-security-forbids/],
    [`inventory -n ${SHOP} --image lab/none`, 4, /PIL007.*\n.*the test node has no image lab\/none/],
    [`inventory -n ${SHOP} --image lab/client`, 4, /PIL007.*\n.*the probe saw nothing/],
    [`inventory -n ${SHOP} --installed-as other`, 2, /PIL004.*\n.*no Deployment pillion-system\/other.*--image/],
  ])('%s', async (words, exit, says) => {
    const outcome = await verify(`${words} --requests 1 --seconds 1`);
    expect(outcome.stdout + outcome.stderr).toMatch(says);
    expect(outcome.exit).toBe(exit);
  });

  test('without the rights, which are named', async () => {
    await lab.kubectl('create', 'serviceaccount', 'reader', '-n', SHOP);
    await lab.kubectl('create', 'role', 'reader', '-n', SHOP, '--verb=get', '--resource=services');
    await lab.kubectl(
      'create',
      'rolebinding',
      'reader',
      '-n',
      SHOP,
      '--role=reader',
      `--serviceaccount=${SHOP}:reader`,
    );
    const token = (await lab.kubectl('create', 'token', 'reader', '-n', SHOP)).trim();
    const { url, ca, folder } = lab.cluster.controlPlane;
    const file = join(folder, 'reader.kubeconfig');
    await writeFile(file, kubeconfigText(url, ca, [{ name: 'reader', groups: [], token }]));
    const words = ['traffic', 'verify', 'inventory', '-n', SHOP, '--image', 'lab/pillion', '--kubeconfig', file];
    const { exit, stderr } = await pillion(words);
    expect(stderr).toContain('cannot create resource "pods"');
    expect(stderr).toContain('traffic verify needs services: get in shop; pods: create, get, delete in shop');
    expect(exit).toBe(4);
  });

  test('when it is interrupted, its pod goes as well', async () => {
    await eventually('the earlier ones are gone', async () => (await probes()) === '');
    const { kubeconfig } = lab.cluster.controlPlane;
    const words = ['traffic', 'verify', 'inventory', '-n', SHOP, '--path', '/delay/900', '--requests', '100'];
    const program = spawn(process.execPath, [MAIN, ...words, '--seconds', '60', '--kubeconfig', kubeconfig]);
    const said = text(program.stderr);
    const ended = once(program, 'exit');
    const phases = ['get', 'pods', '-n', SHOP, '-l', PROBE, '-o', 'jsonpath={.items[*].status.phase}'];
    await eventually('it runs', async () => (await lab.kubectl(...phases)) === 'Running');
    program.kill('SIGINT');
    expect(await ended).toEqual([4, null]);
    expect(await said).toContain('it was interrupted');
    await eventually('its pod is gone', async () => (await probes()) === '');
  });
});

test('no probe is left behind', async () => {
  await eventually('all are gone', async () => (await probes()) === '');
});
