import { expect, test } from '@jest/globals';
import { demandOf } from '../../../src/core/capacity/scheduling/demand.ts';
import { nodeShapeOf } from '../../../src/core/capacity/scheduling/node-shape.ts';
import { nodesNeeded, type PlacedPod } from '../../../src/core/capacity/scheduling/nodes-needed.ts';

const node = nodeShapeOf({
  metadata: { name: 'node' },
  status: { allocatable: { cpu: '1', memory: '4Gi', pods: '9' } },
});

const asking = (cpu: string) => demandOf({ containers: [{ name: 'app', resources: { requests: { cpu } } }] });
const daemon = (cpu: string): PlacedPod => ({ demand: asking(cpu), node: 'node', ofDaemonSet: true, anew: true });
const standing: PlacedPod = { demand: asking('800m'), node: 'node', ofDaemonSet: false };

test.each([
  ['200m', { pending: 0, never: 0 }],
  ['300m', { pending: 1, never: 1 }],
])('a pod of a DaemonSet that asks for %s beside 800m of 1 has %j, and no other node will do', (cpu, expected) => {
  if (node === undefined) throw new Error('the node cannot be read');
  expect(nodesNeeded([node], [daemon(cpu), standing])).toMatchObject({ ...expected, more: [] });
});
