import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OPT_IN_RULES } from '../../src/core/decision/opt-in/rules.ts';
import { canonicalJson } from '../../src/core/json/canonical.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { calledHooks } from '../core-fixtures/matching-hooks.ts';
import type { Json } from '../core-fixtures/pods.ts';
import { asJson, stringMap } from './arbitraries/json.ts';
import { namespaceJson } from './arbitraries/namespaces.ts';
import { activePolicy } from './arbitraries/policies.ts';
import { workloadChange } from './arbitraries/workloads.ts';

const mapOf = (object: Json | undefined, map: 'labels' | 'annotations'): Record<string, string> =>
  ((object?.metadata as Json | undefined)?.[map] ?? {}) as Record<string, string>;

const carries = (object: Json | undefined, key: string): boolean =>
  (['labels', 'annotations'] as const).some((map) => Object.hasOwn(mapOf(object, map), key));

test('a workload is told about once: where it is marked or was, and in open namespaces when its template changes', () => {
  const seen = { called: 0, not: 0 };
  fc.assert(
    fc.property(workloadChange, namespaceJson, activePolicy, (change, namespace, policy) => {
      const { resource, object, oldObject, template, oldTemplate } = change;
      const { optIn } = policy.spec;
      const marked = [object, oldObject, template, oldTemplate].some((part) => carries(part, optIn.podKey));
      const pod = { ...template, metadata: template.metadata ?? {} } as unknown as Pod;
      const open = OPT_IN_RULES[optIn.rule](namespace.labels, pod, optIn) === undefined;
      const changes =
        oldTemplate === undefined || canonicalJson(withoutNull(template)) !== canonicalJson(withoutNull(oldTemplate));
      const controlled = ((object.metadata as Json).ownerReferences as Json[] | undefined)?.some(
        (one) => one.controller,
      );
      const called =
        !policy.protectedNamespaces.has(namespace.name) && (marked || (open && changes)) && !(controlled && !changes);
      const hooks = calledHooks(policy, 'pillion-workloads', {
        resource,
        object,
        namespace,
        ...(oldObject && { oldObject }),
      });
      expect(hooks).toHaveLength(called ? 1 : 0);
      for (const hook of hooks) expect(hook.includes('cronjobs.')).toBe(resource === 'batch/cronjobs');
      seen[called ? 'called' : 'not'] += 1;
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.called, seen.not)).toBeGreaterThan(30);
});

// an API server leaves out what Go calls nil
const withoutNull = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inside: unknown) => (inside === null ? undefined : inside)));

const marks = stringMap(
  fc.tuple(fc.constantFrom('sidecar.istio.io/inject', 'toString', 'app'), fc.constantFrom('true', 'false')),
  2,
);
const podMetadata = fc.record({ labels: marks, annotations: fc.option(marks) });

test('the change of a running pod is told when its mark changes, and never otherwise', () => {
  let called = 0;
  fc.assert(
    fc.property(podMetadata, podMetadata, namespaceJson, activePolicy, (now, before, namespace, policy) => {
      const { podKey } = policy.spec.optIn;
      const [object, oldObject] = [{ metadata: now }, { metadata: before }];
      const markOf = (pod: Json) =>
        (['labels', 'annotations'] as const).map((map) => {
          const standing = mapOf(pod, map);
          return Object.hasOwn(standing, podKey) ? standing[podKey] : undefined;
        });
      const expected =
        !policy.protectedNamespaces.has(namespace.name) && String(markOf(object)) !== String(markOf(oldObject));
      const hooks = calledHooks(policy, 'pillion-workloads', { resource: 'pods', object, oldObject, namespace });
      expect(hooks).toEqual(expected ? ['running-pods.workloads.pillion.io'] : []);
      // the status is written by kubelets all the time
      expect(
        calledHooks(policy, 'pillion-workloads', { resource: 'pods/status', object, oldObject, namespace }),
      ).toEqual([]);
      called += expected ? 1 : 0;
    }),
    { numRuns: 200 },
  );
  expect(called).toBeGreaterThan(30);
});

const OPT_IN_LABELS = ['istio-injection', 'istio.io/rev'];
const STAMPS = ['pillion.io/enabled-by', 'pillion.io/enabled-at', 'pillion.io/disabled-by', 'pillion.io/disabled-at'];
const namespaceMetadata = fc
  .record({
    labels: fc.option(
      stringMap(fc.tuple(fc.constantFrom(...OPT_IN_LABELS, 'team', 'constructor'), fc.constant('enabled')), 1),
    ),
    annotations: fc.option(
      stringMap(fc.tuple(fc.constantFrom(...STAMPS, 'team', ...OPT_IN_LABELS), fc.constant('alice')), 1),
    ),
  })
  .map(asJson);

test('a namespace is sent when it says or said anything about its opt-in', () => {
  const seen = { called: 0, not: 0 };
  fc.assert(
    fc.property(
      namespaceMetadata,
      fc.option(namespaceMetadata, { nil: undefined }),
      activePolicy,
      (now, before, policy) => {
        const says = (metadata: Json | undefined) =>
          OPT_IN_LABELS.some((key) => Object.hasOwn(mapOf({ metadata }, 'labels'), key)) ||
          STAMPS.some((key) => Object.hasOwn(mapOf({ metadata }, 'annotations'), key));
        const expected = says(now) || says(before);
        const request = {
          resource: 'namespaces',
          object: { metadata: now },
          ...(before && { oldObject: { metadata: before } }),
        };
        const hooks = calledHooks(policy, 'zz-pillion-namespaces', request);
        expect(hooks).toEqual(expected ? ['namespaces.pillion.io'] : []);
        seen[expected ? 'called' : 'not'] += 1;
      },
    ),
    { numRuns: 200 },
  );
  expect(Math.min(seen.called, seen.not)).toBeGreaterThan(20);
});

const TRAFFIC = 'pillion.io/traffic';
const trafficMetadata = fc.record({
  annotations: fc.option(
    stringMap(fc.tuple(fc.constantFrom(TRAFFIC, 'team', 'toString'), fc.constantFrom('', 'timeout: 1s')), 2),
  ),
});
const JUDGED_BY = ['type', 'clusterIP', 'selector', 'ports'];
const serviceSpec = fc
  .record(
    {
      type: fc.constantFrom('ClusterIP', 'ExternalName'),
      clusterIP: fc.constantFrom('None', '10.0.0.1'),
      selector: stringMap(fc.tuple(fc.constantFrom('app', '__proto__'), fc.constantFrom('web', 'shop')), 1),
      ports: fc.array(
        fc.record(
          { port: fc.constantFrom(80, 8080), targetPort: fc.constantFrom<string | number>(8080, 'http') },
          { requiredKeys: ['port'] },
        ),
        { maxLength: 2 },
      ),
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
    },
    { requiredKeys: [] },
  )
  .map(asJson);
const serviceJson = fc.record({ metadata: trafficMetadata, spec: serviceSpec }).map(asJson);

/** A change of a Service in which each half is often left as it was. */
const serviceChange = fc
  .tuple(serviceJson, serviceJson, fc.boolean(), fc.boolean())
  .map(([old, next, keepsMetadata, keepsSpec]) => ({
    old,
    object: { metadata: keepsMetadata ? old.metadata : next.metadata, spec: keepsSpec ? old.spec : next.spec },
  }));

test('a Service is sent when what it says about its traffic changes, or what that is judged by, and never otherwise', () => {
  const seen = { called: 0, not: 0 };
  const saysIn = (object: Json) => {
    const standing = mapOf(object, 'annotations');
    return Object.hasOwn(standing, TRAFFIC) ? standing[TRAFFIC] : undefined;
  };
  const judgedBy = ({ spec }: Json) => canonicalJson(JUDGED_BY.map((field) => (spec as Json)[field] ?? null));
  fc.assert(
    fc.property(serviceChange, namespaceJson, activePolicy, ({ object, old }, namespace, policy) => {
      const called = (request: { readonly oldObject?: Json }, resource = 'services') =>
        calledHooks(policy, 'pillion-services', { resource, object, namespace, ...request });
      const says = saysIn(object);
      const changes = says !== saysIn(old) || (says !== undefined && judgedBy(object) !== judgedBy(old));
      expect(called({ oldObject: old })).toEqual(changes ? ['services.pillion.io'] : []);
      expect(called({})).toEqual(says === undefined ? [] : ['services.pillion.io']);
      // load balancers write it
      expect(called({ oldObject: old }, 'services/status')).toEqual([]);
      seen[changes ? 'called' : 'not'] += 1;
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.called, seen.not)).toBeGreaterThan(50);
});
