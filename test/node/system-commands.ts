import type { SystemCommand } from '../traffic/system-commands.ts';

/** What a node of the tests runs pods with. */
export const NODE_COMMANDS: readonly SystemCommand[] = [
  { command: 'bwrap', package: 'bubblewrap' },
  { command: 'ip', package: 'iproute2' },
];
