import { expect, test } from '@jest/globals';
import { OLDEST_KUBERNETES, tooOld } from '../../../src/core/kubernetes/oldest.ts';

test.each([
  ['1', '30', false],
  ['1', '30+', false],
  ['1', '37', false],
  ['2', '0', false],
  ['1', '29', true],
  ['1', '9+', true],
  ['0', '99', true],
  ['', '', false],
])('%s.%s is too old: %s', (major, minor, expected) => {
  const objection = tooOld({ major, minor, gitVersion: `v${major}.${minor}.4` });
  expect(objection !== undefined).toBe(expected);
  if (expected) expect(objection).toContain(`v${major}.${minor}.4, older than ${OLDEST_KUBERNETES}`);
});
