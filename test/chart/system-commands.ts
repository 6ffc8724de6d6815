import type { SystemCommand } from '../needs/system-packages.ts';

/** What the alerts of the chart are checked with. */
export const CHART_COMMANDS: readonly SystemCommand[] = [{ command: 'promtool', package: 'prometheus' }];
