import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { dashboard, settled } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const size = cluster({ namespaces: 6, pods: 140 });
const [row] = size.workloads;
const at = dashboard(size);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PLACES = [
  'overview',
  'rollout',
  'namespaces',
  'workloads',
  `workloads/${row?.namespace}/${row?.kind}/${row?.name}`,
  'decisions',
  'policy',
  'playground',
  'capacity',
];

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
}

const LOOKS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'light on a phone': { colorScheme: 'light', viewport: { width: 360, height: 740 } },
} as const;

test.each(
  PLACES.flatMap((place) => (Object.keys(LOOKS) as (keyof typeof LOOKS)[]).map((look) => [place, look] as const)),
)('%s in %s breaks no rule of accessibility', async (place, look) => {
  const page = await at.open(place, LOOKS[look]);
  if (place === 'playground') {
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByRole('heading', { name: 'Policy in force' }).waitFor();
  }
  for (const summary of (await page.locator('main details > summary').all()).slice(0, 12)) await summary.click();
  await settled(page);
  // not a tag: the policy of the page would refuse it
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run());
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  expect(told).toEqual([]);
});

test('everything is reached by the keyboard: skip link, pages, filters, rows', async () => {
  const page = await at.open('overview');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  expect(new URL(page.url()).hash).toBe('#/overview');
  for (;;) {
    await page.keyboard.press('Shift+Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent)) === 'Workloads') break;
  }
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByText(/of \d+ workloads/).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Workloads');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  const passed: string[] = [];
  for (let steps = 0; steps < 15; steps++) {
    await page.keyboard.press('Tab');
    passed.push(
      await page.evaluate(
        () =>
          `${document.activeElement?.tagName} ${document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent}`,
      ),
    );
  }
  expect(passed).toEqual(
    expect.arrayContaining(['BUTTON Refresh', 'INPUT search', 'SELECT verdict', 'BUTTON Next', `A ${row?.name}`]),
  );
  for (;;) {
    await page.keyboard.press('Shift+Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent)) === row?.name) break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Verdict' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(row?.name);
});

test('a chosen theme holds, and is remembered; System follows the device', async () => {
  const page = await at.open('overview', { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByLabel('Theme').selectOption('Dark');
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await settled(page);
  expect(await ground()).toBe(dark);
  await page.getByLabel('Theme').selectOption('System');
  expect(await ground()).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await ground()).toBe(dark);
});

test('nothing moves for whoever wants it so', async () => {
  const page = await at.open('overview', { reducedMotion: 'reduce' });
  const durations = await page.evaluate(() =>
    [...document.querySelectorAll('*')].map((element) => getComputedStyle(element).transitionDuration),
  );
  expect(new Set(durations)).toEqual(new Set(['0s']));
});
