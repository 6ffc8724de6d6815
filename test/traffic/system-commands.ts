import { execFile } from 'node:child_process';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { type Answer, ask, onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';

/** A command and the Debian package that brings it. */
export interface SystemCommand {
  readonly command: string;
  readonly package: string;
}

/** What the traffic tests do their interception with. */
export const TRAFFIC_COMMANDS: readonly SystemCommand[] = [
  { command: 'nft', package: 'nftables' },
  { command: 'ip', package: 'iproute2' },
];

const INSTALL_MS = 10 * 60_000;

/**
 * Makes sure that the commands are on PATH. What is missing is installed with apt-get when `install` is true (PILLION_YES=1 unless
 * told); otherwise rejects with MissingNeed. System packages are never installed unasked.
 */
export async function requireCommands(
  commands: readonly SystemCommand[],
  options: { install?: boolean; progress?: Progress } = {},
): Promise<void> {
  const { install = process.env.PILLION_YES === '1', progress = createProgress() } = options;
  const missing = await absent(commands);
  if (missing.length === 0) return;
  const names = missing.map(({ command }) => command).join(' and ');
  const packages = missing.map((entry) => entry.package);
  const getIt = `apt-get install ${packages.join(' ')}, or npm test -- --yes`;
  const apt = await onPath('apt-get');
  if (!install || apt === undefined) throw new MissingNeed(names, getIt);
  if (process.getuid?.() !== 0)
    throw new MissingNeed(`${names}, and root to install`, `sudo apt-get install ${packages.join(' ')}`);

  const step = progress.step(`apt-get install ${packages.join(' ')}`);
  // --no-install-recommends: nothing but what is asked for comes onto the machine
  const commandsToRun = [['update'], ['install', '--yes', '--no-install-recommends', ...packages]];
  for (const args of commandsToRun) {
    const { code, output } = await aptGet(apt, args);
    if (code === 0) continue;
    step.failed(`apt-get ${args[0]} failed`);
    throw new Error(`${output.trim()}\napt-get ${args.join(' ')} failed: run it by hand, then npm test again`);
  }
  const still = await absent(missing);
  if (still.length > 0) throw new MissingNeed(still.map(({ command }) => command).join(' and '), getIt);
  step.done();
}

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

async function absent(commands: readonly SystemCommand[]): Promise<SystemCommand[]> {
  const found = await Promise.all(commands.map(({ command }) => onPath(command)));
  return commands.filter((_, index) => found[index] === undefined);
}

function aptGet(path: string, args: readonly string[]): Promise<Answer> {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-qq', ...args];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return new Promise((resolve) => {
    execFile(path, options, { env, timeout: INSTALL_MS, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}
