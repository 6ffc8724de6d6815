import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { demandOf } from '../../src/core/capacity/scheduling/demand.ts';
import { type NodeShape, nodeShapeOf } from '../../src/core/capacity/scheduling/node-shape.ts';
import { nodesNeeded } from '../../src/core/capacity/scheduling/nodes-needed.ts';
import { Placing } from '../../src/core/capacity/scheduling/placing.ts';

const GIBIBYTE = 2 ** 30;

const spec = fc
  .record({ cpu: fc.integer({ min: 0, max: 3000 }), memory: fc.integer({ min: 0, max: 6000 }), ssd: fc.boolean() })
  .map(({ cpu, memory, ssd }) => ({
    ...(ssd ? { nodeSelector: { disk: 'ssd' } } : {}),
    containers: [{ name: 'app', resources: { requests: { cpu: `${cpu}m`, memory: `${memory}Mi` } } }],
  }));

const nodes = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }).map((kinds) =>
  kinds.flatMap(
    (ssd, number): NodeShape | readonly NodeShape[] =>
      nodeShapeOf({
        metadata: { name: `node-${number}`, labels: ssd ? { disk: 'ssd' } : {} },
        status: { allocatable: { cpu: '4', memory: '8Gi', pods: '12' } },
      }) ?? [],
  ),
);
const specs = fc.array(spec, { maxLength: 40 });
const waiting = (each: readonly object[]) =>
  each.map((one) => ({ demand: demandOf({ ...one }), node: undefined, ofDaemonSet: false }));

test('no node is ever asked for more than it has, and a pod is where its selector lets it', () => {
  fc.assert(
    fc.property(nodes, specs, (shapes, each) => {
      const placing = new Placing(shapes);
      for (const { demand } of waiting(each)) placing.place(demand);
      for (const { requested } of placing.nodes) {
        expect(requested.get('cpu') ?? 0).toBeLessThanOrEqual(4000);
        expect(requested.get('memory') ?? 0).toBeLessThanOrEqual(8 * GIBIBYTE);
        expect(requested.get('pods') ?? 0).toBeLessThanOrEqual(12);
      }
    }),
  );
});

test('with the nodes that are said to be needed every pod has place that any such node would take', () => {
  fc.assert(
    fc.property(nodes, specs, (shapes, each) => {
      const { more, pending, never } = nodesNeeded(shapes, waiting(each));
      const hasSsd = shapes.some(({ labels }) => labels.disk === 'ssd');
      const impossible = each.filter((one) => 'nodeSelector' in one && !hasSsd).length;
      expect(never).toBe(impossible);
      expect(more.length > 0).toBe(pending > never);
    }),
  );
});

test('pods that have a node stay there, and need no other', () => {
  fc.assert(
    fc.property(nodes, specs, (shapes, each) => {
      const settled = waiting(each).map((pod) => ({ ...pod, node: shapes[0]?.name }));
      expect(nodesNeeded(shapes, settled)).toMatchObject({ more: [], pending: 0 });
    }),
  );
});
