import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PodWorker } from '../node/pod-worker.ts';
import { call, counted, NEITHER } from './counted.ts';
import { ENABLED, type Lab, startLab } from './lab.ts';
import { shopPod } from './shop.ts';

const STRICT = 'strict';
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({
    namespaces: { [STRICT]: { ...ENABLED, ...RESTRICTED } },
    policy: { profile: { capture: 'None' } },
  });
});

afterAll(async () => lab?.stop());

/** A pod that meets the level `restricted` by itself. */
const strictPod = (name: string, image: string): object =>
  shopPod(name, image, {
    namespace: STRICT,
    container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
    spec: { securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } } },
  });

/** What the program of a container may do: what it has and uses, what it would hand on, and whether it could get more. */
async function rightsOf(pod: PodWorker, container: string): Promise<Readonly<Record<string, string>>> {
  const status = await readFile(`/proc/${pod.container(container)?.pid}/status`, 'utf8');
  const lines = status.matchAll(/^(CapPrm|CapEff|CapAmb|NoNewPrivs):\s+(\w+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}

const NONE = '0'.repeat(16);
const NO_RIGHTS = { CapPrm: NONE, CapEff: NONE, CapAmb: NONE, NoNewPrivs: '1' };

test('without capture an injected pod runs where Pod Security enforces restricted, without any capability, and answers', async () => {
  await lab.apply(strictPod('server', 'lab/all'), strictPod('client', 'lab/client'));
  await lab.kubectl('wait', '-n', STRICT, '--for=condition=Ready', '--timeout=180s', 'pod/server', 'pod/client');
  const [server, client] = [lab.pod(STRICT, 'server'), lab.pod(STRICT, 'client')];
  expect(server.containers.map(({ name }) => name)).toEqual(['istio-proxy', 'app']);
  for (const pod of [server, client])
    for (const name of ['istio-proxy', 'app']) expect(await rightsOf(pod, name)).toEqual(NO_RIGHTS);
  for (const host of [server.ips[0], `[${server.ips[1]}]`]) {
    const [answer, passing] = await counted(client, server, () => call(lab, client, 'http', `http://${host}:8080/`));
    expect(answer).toMatchObject({ status: 200 });
    expect(passing).toEqual(NEITHER);
  }
  expect((await fetch(`http://${server.ip}:15021/healthz/ready`)).status).toBe(200);
});

test('a pod that does not meet the level itself is refused, so that the test above can fail', async () => {
  await expect(lab.apply(shopPod('lax', 'lab/client', { namespace: STRICT }))).rejects.toThrow(
    'violates PodSecurity "restricted',
  );
});
