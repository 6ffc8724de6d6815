import { expect, test } from '@jest/globals';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 30, pods: 900 }));

interface Listed {
  readonly total: number;
}
const FILTERS: readonly (readonly [list: 'namespaces' | 'workloads', label: string, key: string, value: string])[] = [
  ['namespaces', 'Name contains', 'search', 'logistics'],
  ['namespaces', 'Namespace', 'namespace', 'checkout-000'],
  ['namespaces', 'Tribe', 'tribe', 'customer'],
  ['namespaces', 'Stage', 'stage', 'payments'],
  ['namespaces', 'Opt-in', 'optIn', 'disabled'],
  ['workloads', 'Name contains', 'search', 'cache'],
  ['workloads', 'Namespace', 'namespace', 'checkout-000'],
  ['workloads', 'Tribe', 'tribe', 'customer'],
  ['workloads', 'Squad', 'squad', 'ledger'],
  ['workloads', 'Stage', 'stage', 'shops'],
  ['workloads', 'Verdict', 'verdict', 'deny'],
  ['workloads', 'Reason', 'reason', 'host-network'],
  ['workloads', 'Compatibility', 'compatibility', 'needsChanges'],
];

test.each(FILTERS)('%s by %s', async (list, label, key, value) => {
  const [all, some] = await Promise.all([
    at.api<Listed>(`/${list}`),
    at.api<Listed>(`/${list}?${new URLSearchParams({ [key]: value })}`),
  ]);
  expect(some.total).toBeGreaterThan(0);
  expect(some.total).toBeLessThan(all.total);
  const page = await at.open(list);
  const field = page.getByLabel(label, { exact: true });
  if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
  await page.getByText(new RegExp(`of ${some.total} ${list}`)).waitFor();
  expect(page.url()).toContain(`${key}=${value}`);
  // what stands in the address is what somebody else sees
  await page.reload();
  await page.getByText(new RegExp(`of ${some.total} ${list}`)).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText(new RegExp(`of ${all.total} ${list}`)).waitFor();
});

const FEED: readonly (readonly [label: string, key: string, value: string])[] = [
  ['Namespace', 'namespace', ''],
  ['Workload', 'workload', ''],
  ['Tribe', 'tribe', ''],
  ['Squad', 'squad', ''],
  ['Verdict', 'verdict', 'skip'],
  ['Reason', 'reason', 'opted-in'],
  ['User', 'user', 'kim@example.com'],
  ['Hook', 'hook', 'workloads'],
];

test.each(FEED)('decisions by %s', async (label, key, given) => {
  type Page = { total: number; items: { record: Record<string, unknown> & { owner: { name: string } } }[] };
  const { items, total } = await at.api<Page>('/decisions');
  const first = items[0]?.record;
  const value = given === '' ? String(key === 'workload' ? first?.owner.name : first?.[key]) : given;
  const some = await at.api<Page>(`/decisions?${new URLSearchParams({ [key]: value })}`);
  expect(some.total).toBeGreaterThan(0);
  expect(some.total).toBeLessThan(total);
  const page = await at.open('decisions');
  const field = page.getByLabel(label, { exact: true });
  if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
  await page.waitForFunction((count) => document.querySelectorAll('.feed > li').length === count, some.total);
});

test('the values that a filter can have are offered, whatever is filtered', async () => {
  const page = await at.open('workloads?squad=ledger');
  const offered = await page.evaluate(() =>
    [...(document.querySelector<HTMLInputElement>('input[name=squad]')?.list?.options ?? [])].map(({ value }) => value),
  );
  expect(offered).toEqual(expect.arrayContaining(['carts', 'ledger', 'stock']));
});

test('rows are read page by page, forth and back', async () => {
  const { total } = await at.api<Listed>('/workloads');
  const page = await at.open('workloads');
  const next = page.getByRole('button', { name: 'Next' });
  const seen = new Set<string>();
  for (let first = 1; ; first += 50) {
    await page.getByText(new RegExp(`^${first} to `)).waitFor();
    for (const name of await page.locator('tbody th').allInnerTexts()) seen.add(name);
    if (first + 50 > total) break;
    await page.locator('button[aria-disabled=false]', { hasText: 'Next' }).waitFor();
    await next.click();
  }
  expect(seen.size).toBe(total);
  expect(await next.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText(new RegExp(`^${Math.floor((total - 1) / 50) * 50 - 49} to `)).waitFor();
});

test('nothing that matches is told as such', async () => {
  const page = await at.open('workloads?squad=nobody');
  await page.getByText('No workload matches these filters.').waitFor();
});

test('an address that names several verdicts is kept, and said so', async () => {
  const page = await at.open('workloads?verdict=deny,skip');
  const { total } = await at.api<Listed>('/workloads?verdict=deny,skip');
  await page.getByText(new RegExp(`of ${total} workloads`)).waitFor();
  expect(await page.getByLabel('Verdict').inputValue()).toBe('deny,skip');
});
