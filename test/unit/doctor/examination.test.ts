import { expect, test } from '@jest/globals';
import { ClusterUnreachable } from '../../../src/cluster/api-error.ts';
import { examine } from '../../../src/cluster/doctor/examine.ts';
import { DOCTOR_CHECKS } from '../../../src/core/doctor/catalogue.ts';

const examination = (fault: Error) =>
  examine({
    transport: { server: 'https://fake', open: () => Promise.reject(fault), close: () => {} },
    installation: 'pillion',
    namespace: 'pillion-system',
    now: () => new Date(0),
    load: () => {
      throw new Error('there is nothing to load');
    },
  });

test.each([
  ['an answer that does not come in time', new DOMException('it took too long', 'TimeoutError')],
  ['an answer that cannot be read', new TypeError('it took too long')],
])('%s is told by the checks that wanted it, and ends nothing', async (_, fault) => {
  const examined = await examination(fault);
  expect(new Set(examined.map(({ code }) => code))).toEqual(new Set(Object.keys(DOCTOR_CHECKS)));
  const said = examined.filter(({ says }) => /^cannot look: .*it took too long$/.test(says));
  expect(said.map(({ code }) => code)).toEqual(expect.arrayContaining(['DOC001', 'DOC010', 'DOC031']));
});

test('an API server that cannot be reached ends the examination', async () => {
  await expect(examination(new ClusterUnreachable('https://fake', 'no route'))).rejects.toThrow(ClusterUnreachable);
});
