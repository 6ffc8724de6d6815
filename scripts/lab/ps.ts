import { plainTable } from '../../src/cli/output/plain-table.ts';
import { askLab, type LabPod, type LabState } from './state.ts';

const HEAD = ['namespace', 'pod', 'phase', 'addresses', 'container', 'image', 'state', 'restarts', 'pid'];

/** The pods of the lab, as a table or as JSON. */
export async function ps(lab: LabState, output: string | undefined, colour: boolean): Promise<string> {
  const pods = await askLab<readonly LabPod[]>(lab, 'GET', '/pods');
  if (output === 'json') return JSON.stringify(pods, null, 2);
  if (pods.length === 0) return 'no pod runs; bring some up: npm run lab -- up deploy/lab/pods.yaml';
  const rows = pods.flatMap((pod) => {
    const head = [pod.namespace, pod.name, pod.phase, pod.ips.join('\n')];
    if (pod.problem !== undefined) return [[...head, pod.problem, '', '', '', '']];
    return pod.containers.map((container, index) => [
      ...(index === 0 ? head : ['', '', '', '']),
      ...[container.name, container.image, stateOf(container), String(container.restarts), String(container.pid ?? '')],
    ]);
  });
  return plainTable(HEAD, rows, colour);
}

const stateOf = ({ phase, ready, problem }: LabPod['containers'][number]): string =>
  [ready ? 'ready' : phase, problem ?? []].flat().join(': ');
