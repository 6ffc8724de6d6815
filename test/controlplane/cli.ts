// `node scripts/bootstrap.mjs test/controlplane/cli.ts up|build`: the control plane by hand.
import { createProgress } from '../../scripts/progress.mjs';
import { startControlPlane } from './control-plane.ts';
import { findPrograms } from './find.ts';

const USAGE = `usage: node scripts/bootstrap.mjs test/controlplane/cli.ts COMMAND
  up      start a control plane, print its KUBECONFIG, run until Ctrl-C
  build   find or build its programs and print their paths
`;

const progress = createProgress();

async function up(): Promise<void> {
  const controlPlane = await startControlPlane({ progress });
  process.stdout.write(`export KUBECONFIG=${controlPlane.kubeconfig}\n`);
  process.stderr.write('running until Ctrl-C; in another terminal, paste the line above and use kubectl\n');
  const alive = setInterval(() => {}, 2 ** 30);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  clearInterval(alive);
  await controlPlane.stop();
}

async function build(): Promise<void> {
  for (const path of Object.values(await findPrograms({ progress }))) process.stdout.write(`${path}\n`);
}

const commands: Record<string, () => Promise<void>> = { up, build };
const command = commands[process.argv[2] ?? ''];
try {
  if (command === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
  } else await command();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
