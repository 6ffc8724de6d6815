import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { passed } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';
import { toldToGoWhileServed } from './told-to-go.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startShop();
  await lab.apply(shopPod('server', 'lab/all'), shopPod('client', 'lab/client'), shopService('server', 'web'));
  await shopReady(lab, 'server', 'client');
});

afterAll(async () => lab?.stop());

/** Calls once at its start and once when it is told to end, and writes down what came of it. */
const CALLER = `
const call = (when) => fetch('http://web/').then(({ status }) => console.log(when, status), ({ cause }) => console.log(when, cause?.code));
process.on('SIGTERM', () => call('at the end').then(() => process.exit(0)));
await call('at the start');
setInterval(() => {}, 1000);
`;

test('the sidecar is there for the first call of the application and for its last', async () => {
  const command = ['node', '--input-type=module', '-e', CALLER];
  const lifecycle = { preStop: { sleep: { seconds: 1 } } };
  await lab.apply(shopPod('caller', 'lab/client', { container: { command, lifecycle } }));
  await shopReady(lab, 'caller');
  const pod = lab.pod(SHOP, 'caller');
  const log = () => readFile(pod.logOf('app'), 'utf8');
  await eventually('it has called', async () => (await log()) !== '');
  expect(await passed(pod, 'outbound')).toEqual({ http: 1, tcp: 0 });
  await lab.kubectl('delete', 'pod', 'caller', '-n', SHOP, '--timeout=180s');
  expect(await log()).toBe('at the start 200\nat the end 200\n');
});

test('a Job with a native sidecar completes', async () => {
  const job = (
    shopPod('', 'lab/client', {
      container: { command: ['node', '/app/call.mjs', 'http', 'http://web/'] },
      spec: { restartPolicy: 'Never' },
    }) as { readonly spec: object }
  ).spec;
  await lab.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: SHOP },
    spec: { backoffLimit: 0, template: { metadata: { annotations: ASKS }, spec: job } },
  });
  // a Job that has failed is over as well
  const condition = 'jsonpath={.status.conditions[*].type}';
  const conditions = () => lab.kubectl('get', 'job', 'once', '-n', SHOP, '-o', condition);
  await eventually('it is over', async () => /Complete|Failed/.test(await conditions()));
  const pod = lab.cluster.node.pods(SHOP).find(({ name }) => name.startsWith('once-'));
  expect(await readFile(pod?.logOf('app') ?? '', 'utf8')).toContain('"status":200');
  expect(await conditions()).toContain('Complete');
  expect(pod?.container('istio-proxy')?.state).toMatchObject({ phase: 'terminated', restarts: 0 });
});

test('a sidecar that is killed starts again, and the traffic goes on', async () => {
  const client = lab.pod(SHOP, 'client');
  const proxy = client.container('istio-proxy');
  expect(client.signal('istio-proxy', 'SIGKILL')).toBe(true);
  await eventually('it runs again', () => proxy?.state.restarts === 1 && proxy.state.ready);
  expect(await call(lab, client, 'http', 'http://web/')).toMatchObject({ status: 200 });
  expect(await passed(client, 'outbound')).toEqual({ http: 1, tcp: 0 });
  expect(client.container('app')?.state).toMatchObject({ phase: 'running', restarts: 0 });
});

/** What the container runtimes give a container that names none (containerd, defaultUnixCaps). */
const DEFAULT_CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID', 'SETFCAP', 'SETPCAP'],
  ...['NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'],
];
const ROOT = { runAsUser: 0, capabilities: { add: DEFAULT_CAPABILITIES } };

/** Tries whatever could stop or change the proxy, and writes down what came of it. */
const intruder = (become: string) => `
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
${become}
const numbers = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number);
const processes = numbers.map((pid) => readFileSync('/proc/' + pid + '/comm', 'utf8').trim());
const signals = numbers.filter((pid) => pid !== process.pid).map((pid) => process.kill(pid, 'SIGTERM'));
const attempt = (options, path) => new Promise((resolve) => request({ ...options, method: 'POST', path, signal: AbortSignal.timeout(5000) }, (response) => { response.resume(); resolve(response.statusCode); }).on('error', ({ code }) => resolve(code)).end());
const hosts = ['127.0.0.1', ...networkInterfaces().eth0.filter(({ scopeid }) => !scopeid).map(({ address }) => address)];
const answers = {};
for (const path of ['/quitquitquit', '/drain_listeners', '/drain/0123456789abcdef', '/healthcheck/fail', '/logging?level=off'])
  for (const host of hosts)
    for (const port of [15000, 15001, 15006, 15020, 15021, 15090]) {
      const answer = await attempt({ host, port }, path);
      answers[port] = [...new Set([...(answers[port] ?? []), answer])];
    }
const sockets = [await attempt({ socketPath: '/run/pillion/admin.sock' }, '/quitquitquit')];
console.log(JSON.stringify({ uid: process.getuid(), processes: [...new Set(processes)], signals, sockets, answers }));
setInterval(() => {}, 2 ** 30);
`;

const TO_SIDECARS_USER = 'process.setgid(1337); process.setuid(1337);';

test.each([
  ['as its own user', 65_532, '', {}],
  ['as root with the default capabilities', 0, '', ROOT],
  ['as root that has become the user of the sidecar', 1337, TO_SIDECARS_USER, ROOT],
])('the application cannot stop or change the proxy %s', async (_, uid, become, securityContext) => {
  const name = `intruder-${uid}`;
  const command = ['node', '--input-type=module', '-e', intruder(become)];
  await lab.apply(shopPod(name, 'lab/client', { container: { command, securityContext } }));
  await shopReady(lab, name);
  const pod = lab.pod(SHOP, name);
  const proxy = pod.container('istio-proxy')?.pid;
  const log = () => readFile(pod.logOf('app'), 'utf8');
  await eventually('it has tried everything', async () => (await log()) !== '');
  const { answers, ...tried } = JSON.parse(await log());
  // Node's own name for its first thread
  expect(tried).toEqual({ uid, processes: ['MainThread'], signals: [], sockets: ['ENOENT'] });
  expect(Object.values(answers).flat()).not.toContain(200);
  expect(answers).toMatchObject({ 15021: [404], 15090: [404] });
  expect(pod.container('istio-proxy')).toMatchObject({ pid: proxy, state: { restarts: 0, ready: true } });
  const before = await passed(pod, 'outbound');
  expect(await call(lab, pod, 'http', 'http://web/')).toMatchObject({ status: 200 });
  // the redirect lets out whoever is the sidecar’s user
  expect(await passed(pod, 'outbound')).toEqual({ ...before, http: before.http + (uid === 1337 ? 0 : 1) });
});

test('a pod that ends tells the clients of HTTP/2 connections to go while its application still serves', async () => {
  await toldToGoWhileServed(lab);
});

test('a pod whose application is to run as the user of the sidecar is refused', async () => {
  const same = shopPod('same-user', 'lab/client', { container: { securityContext: { runAsUser: 1337 } } });
  await expect(lab.apply(same)).rejects.toThrow('uid-conflict');
});

test('a pod whose application mounts the volume of the administration socket is refused', async () => {
  const volumeMounts = [{ name: 'pillion-envoy-run', mountPath: '/run/pillion' }];
  await expect(lab.apply(shopPod('thief', 'lab/client', { container: { volumeMounts } }))).rejects.toThrow();
});
