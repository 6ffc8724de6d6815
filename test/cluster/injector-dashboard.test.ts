import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { panelQueries } from '../prometheus/panels.ts';
import { type Prometheus, startPrometheus } from '../prometheus/prometheus.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';

let pillion: PillionProcess;
let prometheus: Prometheus;
let since: Date;

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });

beforeAll(async () => {
  await makeOwner(cluster.api);
  const shadow = join(cluster.controlPlane.folder, 'shadow.yaml');
  const own = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: 'everybody' } };
  await writeFile(shadow, JSON.stringify({ ...own, spec: { mode: 'Shadow', optIn: { autoInject: 'enabled' } } }));
  pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    selfSigned: true,
    args: [...INSTALLED, '--policy', shadow],
  });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  const labels = { namespace: OWN_NAMESPACE, pod: 'pillion-1' };
  const static_configs = [{ targets: [`127.0.0.1:${pillion.opsPort}`], labels }];
  prometheus = await startPrometheus(cluster.launcher.guard, 'injector', [{ job_name: 'pillion', static_configs }]);
  await eventually('it is read', async () => (await prometheus.query('pillion_build_info')).length === 1);
  since = new Date();
  for (let round = 0; round < 3; round++) {
    await trouble(round);
    await sleep(2_000);
  }
});

/** Pods that ask and that do not, a caller without a review, one without TLS, a review about a namespace that nobody knows, an edit. */
async function trouble(round: number): Promise<void> {
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  await cluster.api.call('POST', pods, simplePod(`asks-${round}`, { annotations: ASKS }));
  await cluster.api.call('POST', pods, simplePod(`silent-${round}`));
  await post('{}');
  await post(JSON.stringify(reviewOfUnknown(`${round}`)));
  const socket = connect(pillion.port, '127.0.0.1');
  socket.on('error', () => {}).end('no TLS\n');
  await once(socket, 'close');
  const seconds = [{ op: 'replace', path: '/webhooks/0/timeoutSeconds', value: 6 + round }];
  const hook = ['mutatingwebhookconfiguration', 'zz-pillion-inject', '--type=json', `-p=${JSON.stringify(seconds)}`];
  await cluster.controlPlane.kubectl(['patch', ...hook]);
}

async function post(body: string): Promise<void> {
  const options = { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } };
  const outgoing = request(`https://127.0.0.1:${pillion.port}/inject/pod-asked-for-sidecar`, options).end(body);
  const [answer] = await once(outgoing, 'response');
  await answer.resume().toArray();
}

const reviewOfUnknown = (uid: string) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid,
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: 'nowhere',
    operation: 'CREATE',
    userInfo: { username: 'somebody' },
    object: { ...simplePod('lost', { annotations: ASKS }) },
  },
});

test.each(panelQueries('dashboard.json').map((query) => [query.title, query.legend, query.expression]))(
  'the dashboard of the webhook shows data: %s: %s',
  async (_title, _legend, expression = '') => {
    const histories = await prometheus.history(expression, since);
    expect(histories.flatMap(({ values }) => values).filter((value) => !Number.isNaN(value))).not.toEqual([]);
  },
);
