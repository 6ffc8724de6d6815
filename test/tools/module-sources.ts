import { ask, onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';

const DOWNLOAD_MS = 5 * 60_000;

/**
 * The folder with the sources of one Go module, downloaded if need be and checked against go.sum.
 * @param folder of the go.mod that pins it
 */
export async function moduleSources(folder: string, path: string): Promise<string> {
  const go = await onPath('go');
  if (go === undefined) throw new MissingNeed('go', 'install Go 1.21 or newer (Debian 13: apt-get install golang)');
  const { code, output } = await ask(go, ['-C', folder, 'mod', 'download', '-json', path], DOWNLOAD_MS);
  const answer = /^\{$[\s\S]*^\}$/m.exec(output)?.[0];
  const { Dir: sources } = (answer === undefined ? {} : JSON.parse(answer)) as { Dir?: string };
  if (code !== 0 || sources === undefined) {
    throw new Error(`${output.trim()}\n${path} could not be downloaded: check the network and \`go env GOPROXY\``);
  }
  return sources;
}
