import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { dashboard, settled } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 500, pods: 20_000 }));

const TURNS = 7;
// what a person takes as at once
const MOST_MS = 100;
// an empty list draws next to nothing; fifty rows cost some ten milliseconds more
const MOST_TIMES = 12;

type Interaction = 'goOn' | 'choose';

/**
 * How long the page itself is busy from an interaction until what it changed is painted: its longest task in the quarter of a second
 * behind it, which is what holds up whoever clicks next. The median of some turns.
 */
async function busyMs(page: Page, interaction: Interaction): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const time = await page.evaluate(async (name) => {
      const act = (globalThis as unknown as { [name: string]: () => void })[name] as () => void;
      const channel = new MessageChannel();
      let [busy, last, isOver] = [0, performance.now(), false];
      channel.port1.onmessage = () => {
        const now = performance.now();
        busy = Math.max(busy, now - last);
        last = now;
        if (!isOver) channel.port2.postMessage(0);
      };
      channel.port2.postMessage(0);
      act();
      await new Promise((resolve) => setTimeout(resolve, 250));
      isOver = true;
      return busy;
    }, interaction);
    times.push(time);
    await settled(page);
  }
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
test('20,000 pods in 500 namespaces: an interaction takes less than 100 ms, and not many times that of an empty list', async () => {
  const full = await at.open('workloads');
  await full.getByText(/^1 to 50 of [\d,]+ workloads$/).waitFor();
  const empty = await at.open('workloads?squad=nobody');
  await Promise.all([full, empty].map(withInteractions));
  const ms = {
    emptyFilter: await busyMs(empty, 'choose'),
    nextPage: await busyMs(full, 'goOn'),
    filter: await busyMs(full, 'choose'),
  };
  console.info(`longest task of an interaction, median of ${TURNS}: ${JSON.stringify(ms)}`);
  expect(ms.nextPage).toBeLessThan(MOST_MS);
  expect(ms.filter).toBeLessThan(MOST_MS);
  expect(Math.max(ms.nextPage, ms.filter) / Math.max(ms.emptyFilter, 4)).toBeLessThan(MOST_TIMES);
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
  await withInteractions(page);
  expect(await busyMs(page, 'choose')).toBeLessThan(MOST_MS);
});
