import { expect, test } from '@jest/globals';
import { openedLog } from '../../../src/cli/log/opened-log.ts';

test('a log of UTF-16 is closed before it is refused', async () => {
  let isClosed = false;
  const bytes = async function* () {
    try {
      yield Buffer.from('\ufeff{}', 'utf16le');
      yield Buffer.from('\n', 'utf16le');
    } finally {
      isClosed = true;
    }
  };
  await expect(openedLog(bytes()).next()).rejects.toThrow('is UTF-16 text');
  expect(isClosed).toBe(true);
});
