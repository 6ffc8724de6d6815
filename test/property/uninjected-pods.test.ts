import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { creation } from './arbitraries/creation.ts';

test('a pod that the webhook injected, called once or twice, is what its author wrote when it is taken out', async () => {
  let undone = 0;
  await fc.assert(
    fc.asyncProperty(creation, fc.boolean(), async ({ pod, circumstances }, twice) => {
      // one with the mark of an injector gives up what stands under the names of the sidecar
      const marks = Object.keys(pod.metadata.annotations ?? {});
      fc.pre(!marks.some((key) => key.startsWith('pillion.io/') || key === 'sidecar.istio.io/status'));
      const first = admitted(pod, circumstances);
      if (first.verdict !== 'inject') return;
      const injected = patched(pod, first);
      const given = twice ? completedAgain(injected, circumstances) : injected;
      const { exit, stdout } = await pillion(['uninject', '-f', '-'], { stdin: JSON.stringify(given, null, 2) });
      expect(exit).toBe(0);
      expect(authored(JSON.parse(stdout))).toEqual(authored(pod));
      undone++;
    }),
    { numRuns: 400 },
  );
  expect(undone).toBeGreaterThan(8);
});

// somebody takes our init containers away, and the second call puts them back
function completedAgain(pod: PodJson, circumstances: Parameters<typeof admitted>[1]): PodJson {
  const initContainers = (pod.spec.initContainers ?? []).filter(({ name }) => !String(name).startsWith('istio-'));
  const stripped = { ...pod, spec: { ...pod.spec, initContainers } };
  const second = admitted(stripped, { ...circumstances, uid: 'second' });
  return second.verdict === 'inject' ? patched(stripped, second) : pod;
}

// null is how Go says that there is none, and an override goes into the status without its nulls and claims
function authored({ metadata, spec, ...rest }: PodJson): Json {
  const { annotations, labels, ...otherMetadata } = metadata;
  const { initContainers, volumes, containers, imagePullSecrets, ...otherFields } = spec;
  return {
    ...rest,
    metadata: otherMetadata,
    labels: labels ?? 'none',
    annotations: annotations ?? 'none',
    spec: otherFields,
    containers: containers.map(plainOverride),
    initContainers: initContainers?.map(plainOverride) ?? 'none',
    volumes: volumes ?? 'none',
    imagePullSecrets: imagePullSecrets ?? 'none',
  };
}

function plainOverride(container: Json): Json {
  if (!String(container.name).startsWith('istio-')) return container;
  return Object.fromEntries(Object.entries(container).filter(([, value]) => value !== null));
}
