import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 5, pods: 20 }));

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  containers: []\n';
const POLICY = 'apiVersion: pillion.io/v1alpha1\nkind: InjectionPolicy\nmetadata:\n  name: next\n';

const manifests = (page: Page) => page.getByLabel('Manifests', { exact: true });
const policy = (page: Page) => page.getByLabel('Policy to compare (optional)');
const tryIt = (page: Page) => page.getByRole('button', { name: 'Try', exact: true }).click();

test('a pod is tried: verdict, every check, settings with origin, what changes', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
  const side = page.getByRole('region', { name: 'Policy in force', exact: true });
  for (const shown of ['inject', 'opted-in', 'an annotation of the mesh that nobody reads'])
    expect(await side.textContent()).toContain(shown);
  await side.getByText('Every check').click();
  expect(await side.locator('.checks li').allInnerTexts()).toEqual([
    'host-network\nno',
    'opt-in\nthe pod asks decided',
  ]);
  await side.getByText('Settings with their origin').click();
  expect(await side.getByRole('row').last().locator('th, td').allInnerTexts()).toEqual([
    'cpuRequest',
    '100m',
    'profile envoy',
  ]);
  const added = await side.locator('.diff .added').allInnerTexts();
  expect(added.map((line) => line.trim())).toContain('+  initContainers:');
  expect(await side.locator('.diff .removed').allInnerTexts()).toHaveLength(1);
});

test('several documents, each under both policies', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(`${POD}---\nkind: Deployment\nmetadata:\n  name: prices\n`);
  await policy(page).fill(POLICY);
  await page.getByLabel('Namespace of documents that name none').fill('fruit');
  await tryIt(page);
  await page.getByRole('heading', { name: 'Deployment fruit/prices' }).waitFor();
  await page.getByText('2 documents were tried.').waitFor();
  expect(await page.getByRole('heading', { name: 'Pasted policy' }).count()).toBe(2);
  expect(await page.locator('.compared').first().textContent()).toBe(
    'The pasted policy decides otherwise: skip, stage-not-open instead of inject, opted-in.',
  );
  await page.getByText('The labels of the namespace fruit are not known here').waitFor();
});

test('a policy that does not parse is told with its line, and the pod is tried all the same', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await policy(page).fill('kind: InjectionPolicy\nspec: [\n');
  await tryIt(page);
  const place = page.getByRole('button', { name: /^Policy, line \d+$/ }).first();
  await place.waitFor();
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Pasted policy' }).count()).toBe(0);
  const line = Number((await place.textContent())?.replace(/\D/g, ''));
  await place.click();
  const selected = await policy(page).evaluate((field: HTMLTextAreaElement) => ({
    line: field.value.slice(0, field.selectionStart).split('\n').length,
    focused: document.activeElement === field,
  }));
  expect(selected).toEqual({ line, focused: true });
});

test('a pod of one megabyte is pasted, tried and answered', async () => {
  const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
  const large = `${POD}  volumes:\n${'    - {name: a-volume-with-a-long-name, emptyDir: {}}\n'.repeat(20_000)}`;
  expect(large.length).toBeGreaterThan(1_000_000);
  await page.evaluate((text) => navigator.clipboard.writeText(text), large);
  await manifests(page).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
});

test('what is larger than the server takes is not sent', async () => {
  const page = await at.open('playground');
  const asked: string[] = [];
  page.on('request', (request) => void asked.push(request.method()));
  await manifests(page).evaluate((field: HTMLTextAreaElement) => {
    field.value = 'x'.repeat(3_100_000);
  });
  await tryIt(page);
  await page.getByText('at most 3 MB can be tried').waitFor();
  await manifests(page).fill('');
  await tryIt(page);
  await page.getByText('There is nothing to try.').waitFor();
  expect(asked).toEqual([]);
});
