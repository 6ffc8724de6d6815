import { expect, test } from '@jest/globals';
import type { Environment } from '../../../src/cli/environment.ts';
import { changeText } from '../../../src/cli/output/stage-change.ts';

test('a stage that is open and meets a gate that has failed since is not said to be closed', () => {
  const refusals = [{ says: 'the gate restarts is not passed: 3', next: 'look at why' }];
  const change = {
    stage: 'pilot',
    dryRun: false,
    result: 'refused' as const,
    refusals,
    gates: [],
    changes: [],
    left: [],
  };
  expect(changeText(change, 'open', { colour: false } as Environment)).toBe(
    'refused: the gate restarts is not passed: 3\n  look at why\nstage pilot is left as it is: nothing is written\n',
  );
});
