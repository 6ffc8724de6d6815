import { expect, test } from '@jest/globals';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, type PodJson } from '../../core-fixtures/pods.ts';

const STATUS = 'pillion.io/status';

/** An injected pod as somebody copies and changes it. */
function copied(change: (pod: PodJson) => PodJson): PodJson {
  const pod = askingPod();
  return change(patched(pod, admitted(pod)));
}

const inSidecar =
  (change: (container: Json) => Json) =>
  (pod: PodJson): PodJson => ({
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: (pod.spec.initContainers ?? []).map((container) =>
        container.name === 'istio-proxy' ? change(container) : container,
      ),
    },
  });

const appended = (key: string, item: Json) => (container: Json) => ({
  ...container,
  [key]: [...((container[key] ?? []) as Json[]), item],
});

test.each<[string, (pod: PodJson) => PodJson]>([
  [
    'a mount over the configuration',
    inSidecar(appended('volumeMounts', { name: 'evil', mountPath: '/etc/pillion/envoy/envoy.yaml' })),
  ],
  ['a variable', inSidecar(appended('env', { name: 'LD_PRELOAD', value: '/evil.so' }))],
  [
    'a lifecycle hook',
    inSidecar((container) => ({ ...container, lifecycle: { postStart: { exec: { command: ['sh'] } } } })),
  ],
  [
    'a capability',
    inSidecar((container) => ({
      ...container,
      securityContext: { ...(container.securityContext as Json), capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } },
    })),
  ],
  [
    'a second file of the configuration volume',
    (pod) => ({
      ...pod,
      spec: {
        ...pod.spec,
        volumes: (pod.spec.volumes ?? []).map((volume) =>
          volume.name === 'pillion-envoy-config'
            ? {
                ...volume,
                downwardAPI: {
                  items: [
                    ...(volume.downwardAPI as { items: Json[] }).items,
                    { path: 'envoy.yaml', fieldRef: { fieldPath: "metadata.annotations['evil']" } },
                  ],
                },
              }
            : volume,
        ),
      },
    }),
  ],
  [
    'an init container in front of the redirect',
    (pod) => ({
      ...pod,
      spec: { ...pod.spec, initContainers: [{ name: 'early', image: 'evil' }, ...(pod.spec.initContainers ?? [])] },
    }),
  ],
])('an injected pod with %s is put right, once', (_, change) => {
  const forged = copied(change);
  const first = admitted(forged, { uid: 'first' });
  expect(first.verdict).toBe('inject');
  const mended = patched(forged, first);
  const names = (mended.spec.initContainers ?? []).map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['istio-init', 'istio-proxy']);
  const parts = JSON.stringify([(mended.spec.initContainers ?? []).slice(0, 2), mended.spec.volumes]);
  expect(parts).not.toMatch(/evil|postStart|LD_PRELOAD|NET_ADMIN.*istio-proxy.*NET_ADMIN/);
  expect(admitted(mended, { uid: 'second' }).reason).toBe('already-injected');
});

test.each([
  [{ name: 'istio-proxy', volumeMounts: 5 }],
  [null],
  ['x'],
  [{ name: 'istio-proxy', image: 'evil', resources: { requests: { cpu: { toString: 1 } } } }],
  [{ name: 'web', image: 'evil' }],
  [{ name: 'istio-proxy', env: [{ name: 'A' }] }],
])('a status that stores the override %j is read like any input', (override) => {
  const status = JSON.stringify({ recordId: '0123456789abcdef', overrides: [override] });
  const answer = admitted(askingPod({ [STATUS]: status }));
  expect(['inject', 'deny']).toContain(answer.verdict);
  expect(answer.record?.problems.map(({ message }) => message).join()).not.toContain('evil');
});
