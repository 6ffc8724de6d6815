import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import type { Installed } from '../../../src/cluster/rights.ts';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { registeredObjects } from '../../cluster/registered-objects.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { NAMESPACE } from '../helm-runs.ts';
import { defineCertManagerKinds } from './cert-manager.ts';
import { type DeployedServer, deployedServer } from './deployed-server.ts';
import { installation } from './installation.ts';
import { type Request, requestsIn } from './server-audit.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;
const CERTIFICATE = `/apis/cert-manager.io/v1/namespaces/${NAMESPACE}/certificates/pillion`;

const on = installation(4);
let server: DeployedServer | undefined;

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  await defineCertManagerKinds(on);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await on.uninstall();
});

/** Does what whoever issues certificates does: writes a new one into the Secret. Returns what is to be trusted. */
async function issue(secret: string): Promise<string> {
  const { pair, authority } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  const data = { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': authority };
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret },
    type: 'kubernetes.io/tls',
    stringData: data,
  };
  const { status } = await on.api.call('PATCH', `${SECRETS}/${secret}`, { stringData: data });
  if (status === 404) expect(await on.api.call('POST', SECRETS, body)).toMatchObject({ status: 201 });
  return authority;
}

/** Does what the kubelet does with the volume of the pod. */
async function mount(secret: string): Promise<string> {
  const { body } = await on.api.call('GET', `${SECRETS}/${secret}`);
  const folder = join(on.guard.folder, secret);
  await mkdir(folder, { recursive: true });
  for (const [name, value] of Object.entries(body.data as Record<string, string>))
    await writeFile(join(folder, name), Buffer.from(value, 'base64'), { mode: 0o600 });
  return folder;
}

let pods = 0;
const isInjected = async () => {
  const pod = simplePod(`asks-${++pods}`, { annotations: ASKS });
  return JSON.stringify((await on.api.call('POST', '/api/v1/namespaces/shop/pods', pod)).body).includes(
    'pillion.io/status',
  );
};
const trusts = async (authority: string) => {
  const hooks = (await registeredObjects(on.api)).flatMap(({ webhooks = [] }) => webhooks);
  const bundles = hooks.map(({ clientConfig }) =>
    Buffer.from(String(clientConfig.caBundle ?? ''), 'base64').toString(),
  );
  return bundles.length > 0 && bundles.every((bundle) => bundle.includes(authority.trim()));
};

const CASES: readonly [Installed['certificates'], readonly string[], () => Promise<string>][] = [
  ['Provided', ['--set', 'certificates.existingSecret=webhook-certificate'], async () => 'webhook-certificate'],
  [
    'CertManager',
    [],
    async () => {
      // what the chart asks cert-manager for
      const { spec } = (await on.api.call('GET', CERTIFICATE)).body as {
        spec: { secretName: string; dnsNames: string[] };
      };
      expect(spec.dnsNames).toContain(`pillion.${NAMESPACE}.svc`);
      return spec.secretName;
    },
  ],
];

test.each(CASES)(
  'with certificates.mode %s it starts, registers, follows another certificate and registers anew, with the rights of the chart and none on Secrets',
  async (mode, flags, secretName) => {
    const before = (await requestsIn(on.controlPlane.auditLog)).length;
    await on.install('--set', `certificates.mode=${mode}`, ...flags);
    const secret = await secretName();
    const first = await issue(secret);
    const folder = await mount(secret);
    const files = { certificate: 'tls.crt', key: 'tls.key', ca: 'ca.crt' };
    const mounted = Object.entries(files).map(([flag, name]) => `--${flag}=${join(folder, name)}`);
    server = await deployedServer(on, ['--drain-seconds=0', ...mounted]);
    await server.start();
    await eventually('a pod that asks is injected', isInjected);
    expect(await trusts(first)).toBe(true);

    const second = await issue(secret);
    await mount(secret);
    await eventually('the other authority is trusted', () => trusts(second));
    await eventually('and pods that ask are injected', isInjected);

    // by another replica, which takes the Lease over
    await server.start();
    const [hook] = (await registeredObjects(on.api)).filter(({ path }) => path.includes('/mutatingwebhook'));
    await on.api.call('PATCH', hook?.path ?? '', { webhooks: [] });
    await eventually('what was emptied by hand is put back', () => trusts(second));

    const requests: readonly Request[] = (await requestsIn(on.controlPlane.auditLog)).slice(before);
    const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
    expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    const granted = grantedRights({ certificates: mode, registration: 'Managed', watchdog: 'Off', dashboard: 'Off' });
    const used = usedRights(requests);
    expect(used.filter((right) => !granted.includes(right))).toEqual([]);
    expect([...granted, ...used].filter((right) => right.includes(' secrets '))).toEqual([]);
    expect(used.length).toBeGreaterThan(20);
  },
);
