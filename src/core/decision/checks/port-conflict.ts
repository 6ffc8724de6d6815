import type { Problem } from '../../problem/problem.ts';
import { authorsContainersOf } from '../../sidecar/separate.ts';
import type { Check } from '../subject.ts';

/** Does an application declare a TCP port that the sidecar listens on? Both share one network, so one would fail to start. */
export const portConflict: Check<'port-conflict'> = ({ pod, profile }) => {
  const problems: Problem[] = [];
  for (const { container, path } of authorsContainersOf(pod, profile.own))
    container.ports?.forEach(({ containerPort, protocol }, index) => {
      if ((protocol ?? 'TCP') === 'TCP' && profile.ports.has(containerPort))
        problems.push({
          path: `${path}/ports/${index}/containerPort`,
          message: `the container ${container.name} listens on ${containerPort}`,
        });
    });
  return problems.length === 0 ? undefined : { reason: 'port-conflict', rule: '', problems };
};
