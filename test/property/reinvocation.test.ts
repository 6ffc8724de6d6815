import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Answered, admitted, patched } from '../core-fixtures/admissions.ts';
import { afterApiServer } from '../core-fixtures/api-server.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { creation } from './arbitraries/creation.ts';

const BETWEEN: Record<string, (pod: PodJson, token: boolean) => PodJson> = {
  nothing: (pod) => pod,
  'a pass through the API server': (pod, token) => afterApiServer(pod, { token }),
  'two passes through the API server': (pod, token) => afterApiServer(afterApiServer(pod, { token }), { token }),
  'another webhook that adds a container, a volume and a variable': (pod) => ({
    ...pod,
    spec: {
      ...pod.spec,
      containers: [{ name: 'agent', image: 'agent' }, ...pod.spec.containers.map(withVariable)],
      initContainers: [...(pod.spec.initContainers ?? []).map(withVariable), { name: 'agent-init', image: 'agent' }],
      volumes: [{ name: 'agent', emptyDir: {} }, ...(pod.spec.volumes ?? [])],
    },
  }),
};

// a variable in a container of the sidecar is not left alone: see the test of what may stand beside what is rendered
const withVariable = (container: Json): Json =>
  String(container.name).startsWith('istio-')
    ? container
    : {
        ...container,
        env: [{ name: 'AGENT', value: 'on' }, ...((container.env ?? []) as Json[]), { name: 'AGENT_PORT', value: '1' }],
      };

const isIstio = ({ record }: Answered): boolean => record?.profile === 'istio';

test.each(Object.entries(BETWEEN))('injecting twice changes nothing, with %s in between', (_, between) => {
  fc.assert(
    fc.property(creation, ({ pod, token, circumstances }) => {
      const first = admitted(pod, circumstances);
      if (first.verdict !== 'inject') return;
      const met = between(patched(pod, first), token);
      // Istio’s sidecar names the containers beside it, so one that is added makes it another one, once
      const named = met.spec.containers.length !== patched(pod, first).spec.containers.length && isIstio(first);
      const again = named ? admitted(met, { ...circumstances, uid: 'second' }) : undefined;
      if (again !== undefined) expect(again.record).toMatchObject({ verdict: 'inject', reinvoked: true });
      const complete = again === undefined ? met : patched(met, again);
      const second = admitted(complete, { ...circumstances, uid: 'second' });
      expect(second.reason).toBe('already-injected');
      expect(second.review.response).toMatchObject({ uid: 'second', allowed: true });
      expect(second.review.response).not.toHaveProperty('patch');
      expect(second).not.toHaveProperty('record');
      expect(second.review.response.auditAnnotations?.record).toBe(first.record?.recordId);
    }),
    { numRuns: 150 },
  );
});

test('the API server has nothing to mount into the containers of the sidecar, so it need not call again', () => {
  const oursOf = ({ spec }: PodJson) =>
    [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => String(name).startsWith('istio-'));
  fc.assert(
    fc.property(creation, ({ pod, token, circumstances }) => {
      const first = admitted(pod, circumstances);
      if (first.verdict !== 'inject') return;
      const rendered = patched(pod, first);
      const mounts = oursOf(rendered).map(({ volumeMounts }) => volumeMounts);
      expect(oursOf(afterApiServer(rendered, { token })).map(({ volumeMounts }) => volumeMounts)).toEqual(mounts);
    }),
    { numRuns: 150 },
  );
});

test('what somebody takes away from the sidecar in between is put back, once', () => {
  fc.assert(
    fc.property(creation, ({ pod, circumstances }) => {
      const first = admitted(pod, circumstances);
      if (first.verdict !== 'inject') return;
      const whole = patched(pod, first);
      const list = whole.spec.containers.some(isSidecar) ? 'containers' : 'initContainers';
      const stripped = {
        ...whole,
        spec: { ...whole.spec, [list]: (whole.spec[list] ?? []).filter((container) => !isSidecar(container)) },
      };
      // Kubernetes has no pod without containers
      if (stripped.spec.containers.length === 0) return;
      const second = admitted(stripped, { ...circumstances, uid: 'second' });
      expect(second.record).toMatchObject({ verdict: 'inject', reinvoked: true, recordId: first.record?.recordId });
      const third = admitted(patched(stripped, second), { ...circumstances, uid: 'third' });
      expect(third.reason).toBe('already-injected');
    }),
    { numRuns: 150 },
  );
});

const isSidecar = ({ name }: Json): boolean => name === 'istio-proxy';
