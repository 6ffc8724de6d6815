import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';

/**
 * Reads a file, or stdin for `-`.
 * @throws Fault PIL001
 */
export async function readSource(path: string, environment: Environment): Promise<Source> {
  try {
    const text = path === '-' ? await environment.readStdin() : await environment.readFile(path);
    return { file: path === '-' ? 'stdin' : path, text };
  } catch (cause) {
    throw new Fault('PIL001', [{ file: path, path: '', message: cause instanceof Error ? cause.message : '' }], cause);
  }
}
