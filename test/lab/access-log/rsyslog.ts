import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../cluster/eventually.ts';
import { openGuard } from '../../processes/guard.ts';
import type { Line } from './lines.ts';

const configuration = (folder: string) => `
global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imfile" PollingInterval="1")
module(load="mmjsonparse")
template(name="fields" type="list") { property(name="$!all-json-plain") constant(value="\\n") }
template(name="text" type="list") { property(name="msg") constant(value="\\n") }
input(type="imfile" File="${folder}/lines" Tag="sidecar" Ruleset="read" addMetadata="off")
ruleset(name="read") {
  action(type="mmjsonparse" cookie="")
  if $parsesuccess == "OK" then action(type="omfile" file="${folder}/read" template="fields")
  else action(type="omfile" file="${folder}/refused" template="text")
}
`;

/**
 * Has rsyslog follow a file with these lines and take each for JSON, as an agent on a node does.
 * @returns what it found in those that are, and as they stood those that are none
 */
export async function readByRsyslog(
  lines: readonly string[],
): Promise<{ readonly read: readonly Line[]; readonly refused: readonly string[] }> {
  const guard = await openGuard();
  const { folder } = guard;
  const written = async (name: string) => {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  };
  try {
    await writeFile(join(folder, 'lines'), lines.map((line) => `${line}\n`).join(''));
    await writeFile(join(folder, 'rsyslog.conf'), configuration(folder));
    await guard.start({
      command: 'rsyslogd',
      args: ['-n', '-iNONE', '-f', join(folder, 'rsyslog.conf')],
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
      log: join(folder, 'log'),
    });
    await eventually(`rsyslog has read ${lines.length} lines`, async () => {
      const [read, refused] = await Promise.all([written('read'), written('refused')]);
      return read.length + refused.length === lines.length;
    });
    const read = (await written('read')).map((line) => JSON.parse(line) as Line);
    return { read, refused: await written('refused') };
  } finally {
    await guard.stop();
  }
}
