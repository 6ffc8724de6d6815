import { ask } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import type { SystemCommand } from '../needs/system-packages.ts';

/** What the traffic tests do their interception with. */
export const TRAFFIC_COMMANDS: readonly SystemCommand[] = [
  { command: 'nft', package: 'nftables' },
  { command: 'ip', package: 'iproute2' },
];

/** What network namespaces need: root, and a machine that lets root make them. Rejects with MissingNeed. */
export async function requireNetworkNamespaces(): Promise<void> {
  if (process.getuid?.() !== 0) throw new MissingNeed('root', 'sudo npm test, or run in a container as root');
  const { code, output } = await ask('unshare', ['--net', 'true']);
  if (code === 0) return;
  throw new MissingNeed(
    `network namespaces (${output.trim()})`,
    'a Linux machine, or a container started with --privileged',
  );
}
