import type { SystemCommand } from '../needs/system-packages.ts';

/** The browser in which the page of the dashboard is tested. */
export const BROWSER_COMMANDS: readonly SystemCommand[] = [{ command: 'chromium', package: 'chromium' }];
