import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test.each(['bench', 'build', 'demo', 'lab', 'parity'])(
  'an unknown option of npm run %s is told with the usage',
  (name) => {
    const script = fileURLToPath(new URL(`../../../scripts/${name}.ts`, import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--fly'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringContaining("Unknown option '--fly'"),
        expect.stringMatching(new RegExp(`^npm run ${name} `)),
      ]),
    );
  },
);
