import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { pageFiles } from '../../scripts/dashboard/page-files.ts';
import { openPage, startBrowser } from './browser.ts';
import { startFixtureServer } from './fixture-server.ts';
import { cluster } from './fixtures/cluster.ts';
import { OTHER_POLICY, POD } from './fixtures/playground.ts';
import { palettePng } from './palette-png.ts';

const VIEWS = [
  'overview',
  'rollout',
  'namespaces',
  'workloads',
  'workload',
  'decisions',
  'policy',
  'playground',
  'capacity',
];
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;
// the top of a page says how it looks; whole lists would be most of the folder
const MOST_PIXELS = 1_100;

/** Takes a picture of each page in light, dark and narrow; returns their paths. */
export async function takeScreenshots(root: string, folder: string): Promise<string[]> {
  const { files } = await pageFiles(root);
  const size = cluster({ namespaces: 40, pods: 1600 });
  const server = await startFixtureServer(files, size);
  const browser = await startBrowser();
  const paths: string[] = [];
  const [first] = size.workloads;
  try {
    for (const { name, ...look } of LOOKS)
      for (const view of VIEWS) {
        const address = view === 'workload' ? `workloads/${first?.namespace}/${first?.kind}/${first?.name}` : view;
        const { page } = await openPage(browser, server.url, `#/${address}`, look);
        await prepared(page, view);
        const whole = await page.evaluate(() => document.documentElement.scrollHeight);
        const path = join(folder, `${view}-${name}.png`);
        await page.setViewportSize({ width: look.viewport.width, height: Math.min(whole, MOST_PIXELS) });
        // what was clicked may have scrolled the page
        await page.evaluate(() => scrollTo(0, 0));
        await writeFile(path, palettePng(await page.screenshot()));
        paths.push(path);
        await page.context().close();
      }
  } finally {
    await browser.close();
    await server.close();
  }
  return paths;
}

async function prepared(page: Page, view: string): Promise<void> {
  await page.getByText('Reading …').first().waitFor({ state: 'detached' });
  if (view === 'playground') {
    await page.getByLabel('Manifests', { exact: true }).fill(POD);
    await page.getByLabel('Policy to compare').fill(OTHER_POLICY);
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByRole('heading', { name: 'Pasted policy' }).waitFor();
  }
  if (view === 'decisions') await page.locator('.feed summary').first().click();
}
