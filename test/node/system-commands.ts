import type { SystemCommand } from '../needs/system-packages.ts';

/** What a node of the tests runs pods with. */
export const NODE_COMMANDS: readonly SystemCommand[] = [
  { command: 'bwrap', package: 'bubblewrap' },
  { command: 'ip', package: 'iproute2' },
];
