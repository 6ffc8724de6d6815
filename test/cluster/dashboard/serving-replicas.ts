import { expect } from '@jest/globals';
import { type Caller, http1Caller, type Reply } from '../../https/callers.ts';
import { freePort } from '../../processes/free-port.ts';
import { INSTALLED, OWN_NAMESPACE } from '../installation.ts';
import type { PillionProcess } from '../pillion-process.ts';
import type { TestCluster } from '../test-cluster.ts';

/** A replica with its pod, whose dashboard is served. */
export interface ServingReplica {
  readonly process: PillionProcess;
  readonly url: string;
  ask(path: string, token?: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  stop(): Promise<void>;
}

const PODS = `/api/v1/namespaces/${OWN_NAMESPACE}/pods`;

/** Starts a replica, and makes the pod that it runs in. */
export async function servingReplica({ api, launcher }: TestCluster, pod: string): Promise<ServingReplica> {
  const port = await freePort();
  const process = await launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: [...INSTALLED, '--policy-objects', '--drain-seconds=0', `--dashboard-port=${port}`],
    pod,
  });
  const url = `https://127.0.0.1:${port}`;
  const caller: Caller = http1Caller(url, launcher.authority);
  const ports = [{ name: 'dashboard', containerPort: port }];
  const labels = { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/component': 'webhook' };
  const object = {
    metadata: { name: pod, labels },
    spec: { containers: [{ name: 'pillion', image: 'registry.example/pillion:1', ports }] },
  };
  expect(await api.call('POST', PODS, object)).toMatchObject({ status: 201 });
  const status = {
    ...{ phase: 'Running', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] },
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  expect(await api.call('PATCH', `${PODS}/${pod}/status`, { status })).toMatchObject({ status: 200 });
  return {
    process,
    url,
    ask: (path, token, headers = {}) =>
      caller.call(path, undefined, {
        method: 'GET',
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      }),
    stop: async () => {
      caller.close();
      await process.process.stop();
    },
  };
}
