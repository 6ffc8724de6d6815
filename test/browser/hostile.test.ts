import { expect, test } from '@jest/globals';
import { dashboard } from './dashboard.ts';
import { cluster, hostile } from './fixtures/cluster.ts';

const size = hostile(cluster({ namespaces: 5, pods: 100 }));
const [row] = size.workloads;
const at = dashboard(size);
const WORKLOAD = ['workloads', row?.namespace, row?.kind, row?.name]
  .map((part) => encodeURIComponent(part ?? ''))
  .join('/');

test.each(['namespaces', 'workloads', WORKLOAD, 'decisions', 'capacity'])(
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
  await page.getByLabel('Manifests', { exact: true }).fill('kind: Pod\nmetadata:\n  name: "<b>bold</b>"\n');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByRole('heading', { name: 'Pod default/<b>bold</b>' }).waitFor();
});
