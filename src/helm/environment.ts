import type { Environment } from '../cli/environment.ts';

/** What a command of the plugin needs of the outside world. */
export interface PluginEnvironment
  extends Pick<
    Environment,
    'stdout' | 'stderr' | 'readFile' | 'readStdin' | 'variables' | 'now' | 'colour' | 'columns'
  > {
  /** Gives the signals that ask a process to end. */
  readonly signals: Pick<NodeJS.Process, 'on' | 'off'>;
}
