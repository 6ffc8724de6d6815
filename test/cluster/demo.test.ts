import { expect, test } from '@jest/globals';
import { runEmbedded } from '../../scripts/demo/embedded.ts';
import { runOnCluster } from '../../scripts/demo/on-cluster.ts';
import { readSamples } from '../../scripts/demo/samples.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';

test('the demo on a real API server shows the same table as the simulated one, row for row', async () => {
  const samples = await readSamples([]);
  const policy = BUILT_IN;
  const embedded = await runEmbedded(samples, policy);
  const { rows } = await runOnCluster(samples, policy, { keep: false });
  expect(rows).toEqual(embedded.rows);
  expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['inject', 'skip', 'deny']));
});
