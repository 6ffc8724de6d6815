import { expect, test } from '@jest/globals';
import { runEmbedded } from '../../scripts/demo/embedded.ts';
import { runOnCluster } from '../../scripts/demo/on-cluster.ts';
import { readSamples } from '../../scripts/demo/samples.ts';
import type { LocalDashboard } from '../../src/cli/local-dashboard/local-dashboard.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';

test('the demo on a real API server shows the same table as the simulated one, row for row', async () => {
  const samples = await readSamples([]);
  const policy = BUILT_IN;
  const embedded = await runEmbedded(samples, policy);
  const { rows, dashboard, end } = await runOnCluster(samples, policy, { keep: false, dashboard: true });
  expect(rows).toEqual(embedded.rows);
  // its dashboard is opened by the address that is printed, and tells the same
  const { url } = dashboard as LocalDashboard;
  const { headers } = await fetch(url);
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  const answer = await fetch(new URL('/api/v1/workloads?limit=100', url), { headers: { cookie } });
  const { items } = (await answer.json()) as { items: { name: string; verdict: string; stage?: string }[] };
  const told = Object.fromEntries(items.map(({ name, verdict }) => [name, verdict]));
  expect(told).toMatchObject(
    Object.fromEntries(rows.map(({ workload, verdict }) => [workload.split(' ')[1] ?? '', verdict])),
  );
  expect(items.find(({ name }) => name === 'web')).toMatchObject({ stage: 'shop' });
  await dashboard?.close();
  await end();
  expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['inject', 'skip', 'deny']));
});
