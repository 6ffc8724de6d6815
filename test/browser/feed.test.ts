import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 10, pods: 200 }));

/** Of the line on top: the times tell the decisions apart. */
const newest = (page: Page) => page.locator('.feed > li').first().locator('summary').textContent();
const timeOf = (entry: { record: { time: string } }) => entry.record.time.slice(11, 19);
const shows = async (page: Page, text: string) =>
  page.waitForFunction((wanted) => document.querySelector('.feed > li')?.textContent?.includes(wanted), text);

test('a decision appears on top as it is made, once', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  const before = await page.locator('.feed > li').count();
  const entry = at.server.feed.decide();
  await shows(page, timeOf(entry));
  expect(await page.locator('.feed > li').count()).toBe(before + 1);
  expect(await newest(page)).toContain(entry.record.reason);
});

test('a paused feed stands still, and goes on with what was decided meanwhile', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  const before = await newest(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused.').waitFor();
  const missed = [at.server.feed.decide(), at.server.feed.decide()];
  expect(await newest(page)).toBe(before);
  await page.getByRole('button', { name: 'Resume' }).click();
  await shows(page, timeOf(missed[1] as (typeof missed)[number]));
  const times = await page.locator('.feed > li summary time').allInnerTexts();
  // the first one tells its day as well
  expect(times.slice(0, 2).map((time) => time.slice(0, 8))).toEqual(missed.toReversed().map(timeOf));
  expect(new Set(times).size).toBe(times.length);
});

test('a feed that breaks says so, and goes on behind the last decision', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  at.server.refusals.set('/decisions/stream', { status: 503, body: { message: 'Starting.', next: 'Wait.' } });
  at.server.feed.break();
  await page.getByText('The live feed broke; what is shown stays.').waitFor();
  const missed = at.server.feed.decide();
  expect(await page.locator('.feed > li').count()).toBeGreaterThan(50);
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again now' }).click();
  await page.getByText('Live: new decisions').waitFor();
  await shows(page, timeOf(missed));
});

test('a feed that breaks before its first decision misses none', async () => {
  const page = await at.open('decisions?user=nobody');
  await page.getByText('Live: new decisions').waitFor();
  expect(await page.locator('.feed > li').count()).toBe(0);
  at.server.refusals.set('/decisions/stream', { status: 503, body: { message: 'Starting.', next: 'Wait.' } });
  at.server.feed.break();
  await page.getByText('The live feed broke').waitFor();
  const missed = at.server.feed.decide('nobody');
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again now' }).click();
  await shows(page, timeOf(missed));
});

test('a feed that breaks tries again by itself', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  at.server.feed.break();
  await page.getByText('The live feed broke').waitFor();
  await page.getByText('Live: new decisions').waitFor();
  await shows(page, timeOf(at.server.feed.decide()));
});

test('a filter holds for what comes as well', async () => {
  const page = await at.open('decisions?verdict=deny');
  await page.getByText('Live: new decisions').waitFor();
  let denied = at.server.feed.decide();
  while (denied.record.verdict !== 'deny') denied = at.server.feed.decide();
  await shows(page, timeOf(denied));
  expect(new Set(await page.locator('.feed > li .badge').allInnerTexts())).toEqual(new Set(['✕\ndeny']));
});

test('older decisions are shown when they are asked for, each once, until there are none', async () => {
  for (let made = 0; made < 250; made++) at.server.feed.decide('old');
  const page = await at.open('decisions?user=old');
  await page.getByText('Live: new decisions').waitFor();
  const lines = page.locator('.feed > li');
  const older = page.getByRole('button', { name: 'Show older' });
  const showsLines = (count: number) =>
    page.waitForFunction((wanted) => document.querySelectorAll('.feed > li').length === wanted, count);
  await showsLines(100);
  at.server.feed.decide('old');
  await page.waitForTimeout(500);
  for (const count of [200, 251]) {
    await older.click();
    await showsLines(count);
  }
  expect(await older.count()).toBe(0);
  const times = await lines.locator('summary time').allInnerTexts();
  expect(new Set(times.map((time) => time.slice(0, 8))).size).toBe(251);
});

test('an expired token ends the feed, with what to do, and what is shown stays', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  at.server.refusals.set('/', {
    status: 401,
    body: { message: 'The token expired at 09:31.', next: 'Run `pillion dashboard` again.' },
  });
  at.server.feed.break();
  await page.getByText('Your token has expired').first().waitFor();
  await page.getByText('The token expired at 09:31.').first().waitFor();
  expect(await page.locator('.feed > li').count()).toBeGreaterThan(50);
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again now' }).click();
  await page.getByText('Live: new decisions').waitFor();
});

test('a record opens with everything in it, by the keyboard', async () => {
  const page = await at.open('decisions');
  await page.locator('.feed > li summary').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: 'annotation sidecar.istio.io/proxyCPU' }).waitFor();
  await page.getByText('The whole record as JSON').click();
  expect(await page.locator('.record pre').textContent()).toContain('pillion.io/decision-record/v1');
});

test('whoever leaves the page leaves no stream open', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  expect(at.server.feed.listeners).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'Policy' }).click();
  await page.getByRole('heading', { name: 'Shadows' }).waitFor();
  await expectEventually(() => at.server.feed.listeners === 0);
});

test('the day of a decision is told where it is not that of the line above', async () => {
  const page = await at.open('decisions');
  const lines = await page.locator('.feed > li summary time').allInnerTexts();
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\n26 Nov$/);
  for (const line of lines.slice(1)) expect(line).toMatch(/^\d\d:\d\d:\d\d$/);
});

async function expectEventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
