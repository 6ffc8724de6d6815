import type { SystemCommand } from '../needs/system-packages.ts';

/** What Istio’s agent captures traffic with, and what the tests stand in for its container and its proxy with. */
export const ISTIO_COMMANDS: readonly SystemCommand[] = [
  { command: 'iptables-nft', package: 'iptables' },
  { command: 'setpriv', package: 'util-linux' },
  { command: 'python3', package: 'python3' },
];
