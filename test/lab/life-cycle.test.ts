import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { passed } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startShop();
  await lab.apply(shopPod('server', 'lab/all'), shopPod('client', 'lab/client'), shopService('server', 'web'));
  await shopReady(lab, 'server', 'client');
}, 120_000);

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
  await lab.kubectl('delete', 'pod', 'caller', '-n', SHOP, '--timeout=30s');
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

test('the application sees neither the process of its sidecar nor its administration', async () => {
  const client = lab.pod(SHOP, 'client');
  const look = `
    const { readdirSync } = require('node:fs');
    const processes = readdirSync('/proc').filter((name) => /^\\\\d+$/.test(name)).map((pid) => require('node:fs').readFileSync('/proc/' + pid + '/comm', 'utf8').trim());
    const attempt = (options) => new Promise((resolve) => require('node:http').request({ ...options, method: 'POST', path: '/quitquitquit' }, ({ statusCode }) => resolve(statusCode)).on('error', ({ code }) => resolve(code)).end());
    (async () => process.stdout.write(JSON.stringify({
      processes: [...new Set(processes)],
      socket: await attempt({ socketPath: '/run/pillion/admin.sock' }),
      ports: [await attempt({ port: 15000 }), await attempt({ port: 15021 }), await attempt({ port: 15090 })],
    }), () => process.exit()))();`;
  const { stdout } = await lab.exec(client, 'app', ['node', '-e', look]);
  const { processes, ...administration } = JSON.parse(stdout);
  expect(processes).not.toContain('envoy');
  expect(administration).toEqual({ socket: 'ENOENT', ports: ['ECONNREFUSED', 404, 404] });
  expect(client.container('istio-proxy')?.pid).toBeDefined();
  expect(await call(lab, client, 'http', 'http://web/')).toMatchObject({ status: 200 });
});
