import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testCluster } from '../../cluster/test-cluster.ts';
import { trafficValues } from '../../property/arbitraries/traffic-values.ts';
import { istioKinds } from './istio-kinds.ts';
import { meshTemplateOf } from './mesh-chart.ts';

const cluster = testCluster({ shop: {} });
beforeAll(() => istioKinds(cluster.api));

test('whatever the schema accepts is refused by the chart with a path, or kubectl creates what it makes', async () => {
  const seen = { made: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(trafficValues, async (values) => {
      const { code, stdout, stderr } = await meshTemplateOf(4, values);
      if (code !== 0) {
        seen.refused++;
        expect(stderr).toMatch(/values of mesh-standard:\n {2}\/[a-z]+/);
        return;
      }
      seen.made++;
      const args = ['create', '--dry-run=server', '--validate=strict', '-f', '-'];
      expect(await cluster.controlPlane.kubectl(args, stdout)).toMatchObject({ code: 0, stderr: '' });
    }),
    { numRuns: 60, endOnFailure: true },
  );
  // neither of the two is everything
  expect(Math.min(seen.made, seen.refused)).toBeGreaterThan(3);
});
