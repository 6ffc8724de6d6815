import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Installed } from '../../../src/cluster/rights.ts';
import { API, type ApiRoute, ROUTES } from '../../../src/core/dashboard/routes.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { type Caller, http1Caller } from '../../https/callers.ts';
import { NAMESPACE } from '../helm-runs.ts';
import { type DeployedServer, deployedServer } from './deployed-server.ts';
import { installation } from './installation.ts';
import { requestsIn } from './server-audit.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const OFF: Installed = { certificates: 'Self', registration: 'Managed', watchdog: 'Off', dashboard: 'Off' };

const on = installation(4);
let server: DeployedServer;
let caller: Caller;

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  await on.install('--set', 'certificates.authoritySettle=1s');
  server = await deployedServer(on, ['--drain-seconds=0']);
  const { dashboardPort } = await server.start();
  const { body } = await on.api.call('GET', `/api/v1/namespaces/${NAMESPACE}/secrets/pillion-authority`);
  const ca = Buffer.from((body.data as Record<string, string>)['ca.crt'] ?? '', 'base64').toString();
  caller = http1Caller(`https://127.0.0.1:${dashboardPort}`, ca);
});

afterAll(async () => {
  caller?.close();
  await server?.stop();
});

const routes = (Object.values(ROUTES) as ApiRoute[]).filter(
  ({ method, path, isStream }) => method === 'GET' && !path.includes('{') && isStream === undefined,
);

test.each(routes)('with the rights of the chart $path is answered, and nothing is missing in it', async ({ path }) => {
  const headers = { authorization: `Bearer ${on.controlPlane.tokens.admin}` };
  const { status, text } = await caller.call(`${API}${path}`, undefined, { method: 'GET', headers });
  const { remarks } = JSON.parse(text);
  expect({ status, remarks }).toEqual({ status: 200, remarks: [] });
});

test('none of its requests was denied, and it has used each right that the dashboard brings', async () => {
  const requests = await requestsIn(on.controlPlane.auditLog);
  const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
  expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  const without = new Set(grantedRights(OFF));
  const brought = grantedRights({ ...OFF, dashboard: 'On' }).filter((right) => !without.has(right));
  expect(brought).not.toEqual([]);
  expect(usedRights(requests)).toEqual(expect.arrayContaining(brought));
});
