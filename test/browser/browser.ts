import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import { BROWSER_COMMANDS } from './system-commands.ts';

// a loaded machine is slow, and what is waited for comes at once on another
const WAITED_MS = 120_000;
// nothing but the page under test is asked for, by the browser least of all
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Starts Chromium, without a window. Rejects with MissingNeed when there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await onPath('chromium');
  const [need] = BROWSER_COMMANDS;
  if (executablePath === undefined) throw new MissingNeed('chromium', `apt-get install ${need?.package}`);
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface WatchedPage {
  readonly page: Page;
  /** What the browser complained of: violations of the policy, exceptions, errors on the console. */
  readonly complaints: string[];
}

/** Opens a page that tells what the browser complains of. `address` is what stands behind the server’s own. */
export async function openPage(
  browser: Browser,
  url: string,
  address = '',
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  context.setDefaultTimeout(WAITED_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // an answer that is no 200 is what some tests are about
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  await page.exposeFunction('complain', (text: string) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { complain } = globalThis as unknown as { complain: (text: string) => void };
      complain(`${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  await page.goto(`${url}${address}`);
  return { page, complaints };
}
