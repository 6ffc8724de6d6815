import type { Guard } from '../../test/processes/guard.ts';

/** On Ctrl-C, ends what the guard has started before this process ends by the same signal. */
export function endWith(guard: Guard): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      process.stderr.write(`\n${signal}: ending the tests that run\n`);
      await guard.stop();
      process.kill(process.pid, signal);
    });
  }
}
