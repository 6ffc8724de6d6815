import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 500, pods: 20_000 }));

const TURNS = 5;
// what a person takes as at once is 100 ms, on a machine where an empty list takes 15 (2 cores that do nothing else); of an empty list little is
// drawn but the filters, of a page of fifty rows some 2,000 elements
const MOST_TIMES = 100 / 15;

type Interaction = 'goOn' | 'choose';

/**
 * The processor time that the page’s thread takes for an interaction: until the answer came, is drawn and painted. The median of some
 * turns.
 */
async function busyMs(page: Page, interaction: Interaction): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const before = await taken();
    const answer = page.waitForResponse((response) => !response.url().includes('/stream'));
    await page.evaluate((name) => (globalThis as unknown as { [name: string]: () => void })[name]?.(), interaction);
    await (await answer).finished();
    await page.waitForTimeout(300);
    times.push((await taken()) - before);
  }
  await devtools.detach();
  return times.sort((a, b) => a - b)[Math.floor(TURNS / 2)] ?? Number.NaN;
}

/** Gives the page functions that do what a reader does. */
async function withInteractions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const named = globalThis as unknown as { [name: string]: () => void };
    let turn = 0;
    named.goOn = () => {
      const [previous, next] = [...document.querySelectorAll<HTMLButtonElement>('.pager button')];
      (turn++ % 4 < 2 ? next : previous)?.click();
    };
    named.choose = () => {
      const select = document.querySelector<HTMLSelectElement>('select[name=verdict]');
      if (select === null) return;
      select.value = turn++ % 2 === 0 ? 'inject' : 'skip';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    };
  });
}
test('20,000 pods in 500 namespaces: an interaction takes not many times that of an empty list, so that it is under 100 ms', async () => {
  const full = await at.open('workloads');
  await full.getByText(/^1 to 50 of [\d,]+ workloads$/).waitFor();
  const empty = await at.open('workloads?squad=nobody');
  await Promise.all([full, empty].map(withInteractions));
  const ms = {
    emptyFilter: await busyMs(empty, 'choose'),
    nextPage: await busyMs(full, 'goOn'),
    filter: await busyMs(full, 'choose'),
  };
  console.info(`processor time of an interaction in ms, median of ${TURNS}: ${JSON.stringify(ms)}`);
  expect(Math.max(ms.nextPage, ms.filter) / ms.emptyFilter).toBeLessThan(MOST_TIMES);
});

test('a page holds fifty rows of the list, however long it is', async () => {
  const page = await at.open('workloads');
  expect(await page.locator('tbody tr').count()).toBe(50);
  const namespaces = await at.open('namespaces');
  expect(await namespaces.locator('tbody tr').count()).toBe(50);
  await namespaces.getByText('1 to 50 of 500 namespaces').waitFor();
});

test('a burst of decisions does not hold the page up, and does not grow it without end', async () => {
  const page = await at.open('decisions');
  await page.getByText('Live: new decisions').waitFor();
  for (let index = 0; index < 3_000; index++) at.server.feed.decide();
  await page.waitForFunction(() => document.querySelectorAll('.feed > li').length === 100);
  const empty = await at.open('decisions?squad=nobody');
  await Promise.all([page, empty].map(withInteractions));
  const ms = { empty: await busyMs(empty, 'choose'), full: await busyMs(page, 'choose') };
  console.info(`processor time of a filter of the feed in ms, median of ${TURNS}: ${JSON.stringify(ms)}`);
  expect(ms.full / ms.empty).toBeLessThan(MOST_TIMES);
});
