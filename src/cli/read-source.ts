import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';

/** How texts come in. */
export type Reading = Pick<Environment, 'readFile' | 'readStdin'>;

/**
 * Reads a file, or stdin for `-`.
 * @throws Fault PIL001
 */
export async function readSource(path: string, environment: Reading): Promise<Source> {
  try {
    const text = path === '-' ? await environment.readStdin() : await environment.readFile(path);
    return { file: path === '-' ? 'stdin' : path, text };
  } catch (cause) {
    throw new Fault('PIL001', [{ file: path, path: '', message: (cause as Error).message }], cause);
  }
}

/** The environment with a stdin that gives its text once: the second time it would be empty, and something would be missing. */
export function withStdinOnce(environment: Environment): Environment {
  let isRead = false;
  return {
    ...environment,
    readStdin: async () => {
      if (isRead) throw new Error('stdin is read already; give - only once');
      isRead = true;
      return environment.readStdin();
    },
  };
}
