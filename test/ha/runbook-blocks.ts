import { readFile } from 'node:fs/promises';

const RUNBOOK = new URL('../../docs/RUNBOOK.md', import.meta.url);

// a block begins after its name, which readers do not see: <!-- run: NAME -->
const BLOCK = /^(?:<!-- run: (?<name>[^>]+?) -->\n)?```sh\n(?<commands>.*?)^```$/gms;

/**
 * The commands of docs/RUNBOOK.md, by the names of their blocks.
 * @throws Error when a block has no name or two have the same: then it would never be run
 */
export async function runbookBlocks(): Promise<ReadonlyMap<string, string>> {
  const blocks = new Map<string, string>();
  for (const { groups } of (await readFile(RUNBOOK, 'utf8')).matchAll(BLOCK)) {
    const { name, commands = '' } = groups ?? {};
    if (name === undefined) throw new Error(`a block of docs/RUNBOOK.md has no name before it:\n${commands}`);
    if (blocks.has(name)) throw new Error(`two blocks of docs/RUNBOOK.md are called ${name}`);
    blocks.set(name, commands);
  }
  return blocks;
}
