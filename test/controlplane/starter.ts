// Started by control-plane.test.ts: a process that starts a control plane, says so in one JSON line, and does nothing to end it.
import { startControlPlane } from './control-plane.ts';

const keep = process.argv[2] === 'keep';
const { pids, folder, stopCommand } = await startControlPlane({ keep });
process.stdout.write(`${JSON.stringify({ pids, folder, stopCommand })}\n`);
if (!keep) setInterval(() => {}, 2 ** 30);
