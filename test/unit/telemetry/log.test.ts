import { expect, test } from '@jest/globals';
import { createLog } from '../../../src/telemetry/log.ts';

test('an event is one JSON line with time and level by name; errors carry their stack, and quieter ones are left out', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  log.debug('not shown');
  log.warn({ err: new TypeError('a bug'), path: '/x' }, 'something failed');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string)).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    err: expect.objectContaining({ type: 'TypeError', stack: expect.stringContaining('log.test.ts') }),
    path: '/x',
    msg: 'something failed',
  });
});
