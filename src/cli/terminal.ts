import type { Environment } from './environment.ts';

type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env' | 'exit'>;

/** How a command prints on this process. When whoever reads its output has enough of it, such as head, the process ends. */
export function terminal({
  stdout,
  stderr,
  env,
  exit,
}: Process): Pick<
  Environment,
  'stdout' | 'stdoutTaken' | 'stderr' | 'variables' | 'colour' | 'interactive' | 'columns'
> {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    exit();
  });
  return {
    stdout: (line) => stdout.write(line),
    stdoutTaken: () =>
      new Promise((resolve) => {
        if (stdout.writableNeedDrain) stdout.once('drain', resolve);
        else resolve();
      }),
    stderr: (line) => stderr.write(line),
    variables: env,
    colour: stdout.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb',
    interactive: stderr.isTTY === true && env.TERM !== 'dumb',
    columns: stdout.columns ?? 100,
  };
}
