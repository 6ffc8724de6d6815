import type { SystemCommand } from '../needs/system-packages.ts';

/** What the tests of the lab call pods with, beside its own programs, and what else reads the lines that sidecars write. */
export const LAB_COMMANDS: readonly SystemCommand[] = [
  { command: 'ping', package: 'iputils-ping' },
  { command: 'rsyslogd', package: 'rsyslog' },
];
