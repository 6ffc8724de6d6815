import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { stringify } from 'yaml';
import { type Installed, install, NAMESPACE } from '../cluster/dashboard/installed.ts';
import { type OpenedDashboard, openDashboard } from '../cluster/dashboard/opened-dashboard.ts';
import { eventually } from '../cluster/eventually.ts';
import { ownKinds } from '../cluster/own-kinds.ts';
import { ASKS, simplePod } from '../cluster/pods.ts';
import { webhookInForce } from '../cluster/registered.ts';
import { ENABLED, testCluster } from '../cluster/test-cluster.ts';
import { freePort } from '../processes/free-port.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { openPage, startBrowser, type WatchedPage } from './browser.ts';
import { drawnHeights } from './chart.ts';
import { settled } from './dashboard.ts';

// the page before the server of the product, on a real API server, at the address that `pillion dashboard` prints

let installed: Installed;
let opened: OpenedDashboard;
let browser: Browser;
let watched: WatchedPage;
// the node ends before its cluster
afterAll(async () => {
  await browser?.close();
  opened?.process.kill('SIGKILL');
  await installed?.stop();
});
const cluster = testCluster({ [NAMESPACE]: {}, web: ENABLED, plain: {} });

const PLAN = {
  ...{ apiVersion: 'pillion.io/v1alpha1', kind: 'RolloutPlan', metadata: { name: 'default' } },
  spec: {
    environment: 'production',
    stages: [
      { name: 'first', state: 'Open', namespaces: ['web'] },
      { name: 'second', namespaces: ['plain'], gates: { compatibility: { incompatible: 0 } } },
    ],
  },
};

async function made(path: string, object: object): Promise<void> {
  const { status, body } = await cluster.api.call('POST', path, object);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`);
}

const podOf = (name: string, more = {}) => simplePod(name, { annotations: ASKS, ...more });

beforeAll(async () => {
  await ownKinds(cluster.api);
  installed = await install(cluster);
  // the server registers itself
  await cluster.api.call(
    'DELETE',
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-pillion-inject',
  );
  await installed.pod('pillion-a');
  const port = await freePort();
  await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: ['--policy-objects', '--dashboard-port', String(port), '--drain-seconds', '0'],
  });
  await webhookInForce(cluster.controlPlane, 'web');
  await installed.node.lead(`${NAMESPACE}/pillion-a`, 8081, `127.0.0.1:${port}`);
  await made('/apis/pillion.io/v1alpha1/rolloutplans', PLAN);
  const selector = { matchLabels: { app: 'cart' } };
  const { metadata, spec } = podOf('cart', { labels: { app: 'cart' } });
  await made('/apis/apps/v1/namespaces/web/deployments', {
    ...{ metadata: { name: 'cart' }, spec: { replicas: 2, selector, template: { metadata, spec } } },
  });
  opened = await openDashboard(['--kubeconfig', cluster.controlPlane.kubeconfig, '--port', '0']);
  browser = await startBrowser();
  watched = await openPage(browser, opened.url);
});

/** Follows a link of the navigation. */
async function go(title: string): Promise<Page> {
  const { page } = watched;
  await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await settled(page);
  return page;
}

test('the printed address opens the page, and its key does not stay in the address', async () => {
  const { page } = watched;
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

const SHOWN: readonly (readonly [title: string, shows: readonly string[]])[] = [
  ['Overview', ['of eligible pods have their sidecar', 'It answers reviews.']],
  ['Rollout', ['Plan default', 'first', 'pillion rollout open second', 'not asked yet']],
  ['Namespaces', ['web', 'plain', '1 to']],
  ['Workloads', ['cart', 'Deployment']],
  ['Decisions', ['Live: new decisions appear on top.', 'opted-in', 'web']],
  ['Policy', ['In force: default', 'Nothing differs from what is built in.']],
  ['Playground', ['Manifests']],
  ['Capacity', ['CPU that sidecars request']],
];
test.each(SHOWN)('%s shows what the server of the product answers', async (title, shows) => {
  const page = await go(title);
  for (const shown of shows) await page.locator('main').getByText(shown).first().waitFor();
  expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
});

test('gates show what they came to when they were asked and kept', async () => {
  const flags = ['--kubeconfig', cluster.controlPlane.kubeconfig];
  expect(await commandLine(['rollout', 'gates', 'second', '--record', ...flags])).toMatchObject({ exit: 0 });
  const page = await go('Rollout');
  // what was read is kept for a moment
  const asked = page.getByText(/asked by .+ UTC/i);
  await eventually('the page shows who asked', async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await settled(page);
    return (await asked.count()) > 0;
  });
  await page.getByText('incompatible workloads of the stage: 0').waitFor();
  expect(await page.getByText('not asked yet').count()).toBe(0);
});

test('the chart of a single day has its point, in a week', async () => {
  const page = await go('Overview');
  const heights = await drawnHeights(page);
  expect(heights.length).toBeGreaterThan(0);
  for (const height of heights) expect(height).toBeGreaterThan(0.95);
  const axis = await page.locator('.chart output').textContent();
  expect(axis).toMatch(/^\d+ \w+ 2026: 100\u00a0% injected, 100\u00a0% opted in$/);
});

test('the pods of the page are those of the cluster', async () => {
  const page = await go('Workloads');
  await page.getByRole('link', { name: 'cart' }).first().click();
  await page.getByRole('heading', { name: 'cart', level: 1 }).waitFor();
  await settled(page);
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/web/pods');
  const names = (body as unknown as { items: { metadata: { name: string } }[] }).items.map((pod) => pod.metadata.name);
  expect(names).toHaveLength(2);
  for (const name of names) await page.locator('main').getByText(name).first().waitFor();
});

test('a pod is decided by the playground as the webhook decides it', async () => {
  const page = await go('Playground');
  await page.getByLabel('Manifests', { exact: true }).fill(stringify(podOf('tried', { labels: { app: 'cart' } })));
  await page.getByLabel('Namespace of documents that name none').fill('web');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByRole('heading', { name: 'Pod web/tried' }).waitFor();
  const side = page.getByRole('region', { name: 'Policy in force', exact: true });
  expect(await side.textContent()).toContain('opted-in');
  expect((await side.locator('.diff .added').allInnerTexts()).join('\n')).toContain('istio-proxy');
});

test('what the webhook decides appears on top of the feed as it is decided, once', async () => {
  const page = await go('Decisions');
  await page.getByText('Live: new decisions').waitFor();
  const before = await page.locator('.feed > li').count();
  await made('/api/v1/namespaces/web/pods', podOf('lately'));
  await page.locator('.feed > li').first().getByText('lately').waitFor();
  // the API server asks again after another webhook, or the same one, has changed a pod
  const lines = await page.locator('.feed > li').filter({ hasText: 'lately' }).allInnerTexts();
  expect(lines.map((line) => /opted-in|already-injected/.exec(line)?.[0])).toEqual(['already-injected', 'opted-in']);
  expect(await page.locator('.feed > li').count()).toBe(before + 2);
});

test('another browser is not let in by the address, which was used', async () => {
  const { page } = await openPage(browser, opened.url);
  await page.getByText('used').first().waitFor();
  expect(await page.locator('script').count()).toBe(0);
  await page.context().close();
});

test('the browser had nothing to complain of', () => {
  expect(watched.complaints).toEqual([]);
});

test('when the command ends, the page stays and says so', async () => {
  const page = await go('Namespaces');
  await opened.interrupt();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('The server does not answer.').waitFor();
  expect(await page.locator('tbody tr').count()).toBeGreaterThan(1);
});
