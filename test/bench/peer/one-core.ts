import { readFile } from 'node:fs/promises';
import { SystemPackages } from '../../needs/system-packages.ts';

/** The words before a command that keep it, with all its threads, on one core: the last one of this machine. */
export async function onOneCore(): Promise<readonly string[]> {
  await new SystemPackages().require([{ command: 'taskset', package: 'util-linux' }]);
  const status = await readFile('/proc/self/status', 'utf8');
  const last = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1] ?? '0';
  return ['taskset', '--cpu-list', last];
}
