import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../core/problem/faults.ts';
import type { FileTree } from '../core/project-chart/tree-digest.ts';
import { readTree } from './file-tree.ts';
import type { Helm } from './helm.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/**
 * What Helm pulls, with its own credentials and its own care about what an archive may write.
 * @param args what to pull, as `helm pull` takes it
 * @throws Fault PIL009 with what Helm said
 */
export function pulledChart(helm: Helm, args: readonly string[]): Promise<FileTree> {
  return inTemporaryFolder(async (folder) => {
    const target = join(folder, 'pulled');
    await helm.ask(['pull', ...args, '--untar', '--untardir', target, '--destination', folder]);
    const [name] = (await readdir(target, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    return readTree(join(target, name?.name ?? ''));
  });
}

/**
 * The chart in an archive of this machine. Helm takes archives apart only when it pulls them, so it pulls this one from us.
 * @throws Fault PIL001 when the file cannot be read, PIL009 when it is no chart
 */
export async function unpackedChart(helm: Helm, file: string): Promise<FileTree> {
  const content = await readFile(file).catch((cause: Error) => {
    throw new Fault('PIL001', [{ file, path: '', message: cause.message }], cause);
  });
  const server = createServer((_, response) => response.end(content));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await pulledChart(helm, [`http://127.0.0.1:${port}/mesh-standard-0.0.0.tgz`]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
