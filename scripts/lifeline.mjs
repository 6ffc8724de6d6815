// Loaded with `node --import`: ends this process when the one that started it has died without passing a signal on (SIGKILL).
import { Socket } from 'node:net';

const fd = Number(process.env.PILLION_LIFELINE_FD);
// node processes started from here inherit the flags and the environment, but not the descriptor
delete process.env.PILLION_LIFELINE_FD;
if (fd > 2) {
  const lifeline = new Socket({ fd, readable: true, writable: false });
  lifeline.on('error', () => {});
  lifeline.on('close', () => process.kill(process.pid, 'SIGTERM'));
  lifeline.resume();
  lifeline.unref();
}
