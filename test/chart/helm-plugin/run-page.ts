import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectFile } from '../../golden/expected-file.ts';

// they are about the checkout, and every test of the plugin runs them
const SET_UP = /^\$ (npm run|helm plugin install)/;

/** Runs a line in a shell, as who reads it would. */
function run(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', `{ ${line}; } 2>&1`], { cwd, env }, (_, stdout) => resolve(stdout));
  });
}

/**
 * Writes the files that a page shows, runs its commands, and wants the page to show what they print.
 * @returns how many commands were run
 */
export async function runPage(page: URL, folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const parts = (await readFile(page, 'utf8')).split(/^(```(?:yaml|console)\n[\s\S]*?^```\n)/m);
  let commands = 0;
  const written: string[] = [];
  for (const part of parts) {
    const file = /^```yaml\n# (\S+)\n/.exec(part)?.[1];
    if (file !== undefined) await writeFile(join(folder, file), part.split('\n').slice(1, -2).join('\n'));
    if (!part.startsWith('```console\n')) {
      written.push(part);
      continue;
    }
    const lines = part.split('\n').filter((line) => line.startsWith('$ '));
    let block = '```console\n';
    for (const line of lines) {
      commands += SET_UP.test(line) ? 0 : 1;
      block += `${line}\n${SET_UP.test(line) ? '' : await run(line.slice(2), folder, env)}`;
    }
    written.push(`${block}\`\`\`\n`);
  }
  // the digest changes with every file of the templates
  expectFile(page, written.join('').replace(/sha256:[0-9a-f]{64}/g, 'sha256:...'));
  return commands;
}
