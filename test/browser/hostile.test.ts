import { expect, test } from '@jest/globals';
import { dashboard } from './dashboard.ts';
import { cluster, hostile } from './fixtures/cluster.ts';

const size = hostile(cluster({ namespaces: 5, pods: 100 }));
const [row] = size.workloads;
const at = dashboard(size);
const WORKLOAD = ['workloads', row?.namespace, row?.kind, row?.name]
  .map((part) => encodeURIComponent(part ?? ''))
  .join('/');

test.each(['overview', 'rollout', 'namespaces', 'workloads', WORKLOAD, 'decisions', 'policy', 'capacity'])(
  '%s shows names with HTML in them as they are',
  async (place) => {
    const page = await at.open(place);
    expect(await page.locator('main').textContent()).toContain('<b>bold</b>');
    expect(await page.locator('img, main b').count()).toBe(0);
    expect(await page.title()).not.toBe('taken');
  },
);

test('a name with HTML is filtered by and led to like any other', async () => {
  const page = await at.open('workloads');
  await page.getByLabel('Squad').fill(row?.squad ?? '');
  await page.waitForFunction(() => location.hash.includes('squad='));
  await page.locator('tbody th a').first().click();
  await page.getByRole('heading', { name: 'Verdict' }).waitFor();
  expect(await page.locator('h1').textContent()).toContain('<img src=x');
});

test('a playground pod with HTML in its name', async () => {
  const page = await at.open('playground');
  await page
    .getByLabel('Manifests', { exact: true })
    .fill('apiVersion: v1\nkind: Pod\nmetadata:\n  name: "<b>bold</b>"\nspec:\n  containers: []\n');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByRole('heading', { name: 'Pod default/<b>bold</b>' }).waitFor();
});

test('a squad and a tribe called __proto__ are offered and filtered by like any other', async () => {
  const { total } = await at.api<{ total: number }>('/workloads?squad=__proto__');
  expect(total).toBeGreaterThan(0);
  const page = await at.open('workloads');
  await page.getByLabel('Squad').fill('__proto__');
  await page.getByText(new RegExp(`of ${total} workloads`)).waitFor();
  const offered = await page.evaluate(() =>
    [...(document.querySelector<HTMLInputElement>('input[name=squad]')?.list?.options ?? [])].map(({ value }) => value),
  );
  expect(offered).toContain('__proto__');
  const namespaces = await at.open('namespaces?tribe=__proto__');
  await namespaces.getByText(/^1 to 1 of 1 namespaces$/).waitFor();
  const decisions = await at.open('decisions?squad=__proto__');
  await decisions.locator('.feed summary').first().click();
  expect(await decisions.locator('.record').first().textContent()).toContain('__proto__ of');
});
