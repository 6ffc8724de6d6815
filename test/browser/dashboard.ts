import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { pageFiles } from '../../scripts/dashboard/page-files.ts';
import { openPage, startBrowser, type WatchedPage } from './browser.ts';
import { type FixtureServer, startFixtureServer } from './fixture-server.ts';
import type { Cluster } from './fixtures/cluster.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Dashboard {
  readonly server: FixtureServer;
  /** Opens a place of the page, such as `workloads?verdict=deny`, and waits until it is read. */
  open(place: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the API answers, asked without the page. */
  api<T>(path: string): Promise<T>;
}

/** The page before a server for the tests of one file. Whatever a test does, the browser must not complain of anything. */
export function dashboard(cluster: Cluster): Dashboard {
  let browser: Browser;
  let server: FixtureServer;
  const opened: WatchedPage[] = [];
  beforeAll(async () => {
    const { files } = await pageFiles(ROOT);
    [browser, server] = await Promise.all([startBrowser(), startFixtureServer(files, cluster)]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
    expect(complaints).toEqual([]);
  });
  return {
    get server() {
      return server;
    },
    open: async (place, options) => {
      const watched = await openPage(browser, server.url, `#/${place}`, options);
      opened.push(watched);
      await settled(watched.page);
      return watched.page;
    },
    api: async (path) => (await fetch(`${server.url}api/v1${path}`)).json() as never,
  };
}

/** Waits until nothing is being read any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => !document.body.textContent.includes('Reading …') && document.querySelector('h1') !== null,
  );
}
