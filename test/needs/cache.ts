import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder in which tests keep what they built or downloaded: `${XDG_CACHE_HOME:-~/.cache}/pillion`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pillion');
}
