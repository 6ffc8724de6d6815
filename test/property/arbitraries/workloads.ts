import fc from 'fast-check';
import type { Json } from '../../core-fixtures/pods.ts';
import { oddKey, stringMap, text, unknownFields } from './json.ts';

const MARK = 'sidecar.istio.io/inject';

const TEMPLATE_OF_CRON_JOB = ['spec', 'jobTemplate', 'spec', 'template'];
const KINDS = {
  'apps/deployments': ['spec', 'template'],
  'apps/replicasets': ['spec', 'template'],
  'apps/statefulsets': ['spec', 'template'],
  'apps/daemonsets': ['spec', 'template'],
  replicationcontrollers: ['spec', 'template'],
  'batch/jobs': ['spec', 'template'],
  'batch/cronjobs': TEMPLATE_OF_CRON_JOB,
} as const;

/** A workload that is created or updated, by the parts that an API server looks at. */
export interface WorkloadChange {
  readonly resource: string;
  readonly object: Json;
  readonly oldObject: Json | undefined;
  readonly template: Json;
  readonly oldTemplate: Json | undefined;
}

const entry: fc.Arbitrary<[string, string]> = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(fc.constant(MARK), fc.constantFrom('true', 'false', 'True')) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('app', 'istio.io/rev', 'toString'), fc.constantFrom('web', 'default', 'other')),
  },
  { weight: 1, arbitrary: fc.tuple(oddKey, text) },
);

const map = fc.oneof(
  { weight: 2, arbitrary: stringMap(entry, 3) },
  { weight: 3, arbitrary: fc.constantFrom(undefined, null, {}) },
);
const metadata = fc.record({ labels: map, annotations: map });
const template = fc.record({
  metadata: fc.oneof({ weight: 9, arbitrary: metadata }, { weight: 1, arbitrary: fc.constant(undefined) }),
  spec: fc.constantFrom(
    { containers: [{ name: 'web', image: 'web:1' }] },
    { containers: [{ name: 'web', image: 'web:2' }] },
  ),
});
const owners = fc.constantFrom(
  undefined,
  [{ kind: 'Team', name: 'shop' }],
  [{ kind: 'Deployment', name: 'web', controller: true }],
);

const clean = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** A workload of any kind, new or changed, with everything about it present or absent. */
export const workloadChange: fc.Arbitrary<WorkloadChange> = fc
  .record({
    resource: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
    now: fc.record({ metadata, template, extra: unknownFields }),
    before: fc.option(fc.record({ metadata, template: fc.option(template) }), { nil: undefined }),
    ownerReferences: owners,
  })
  .map(({ resource, now, before, ownerReferences }) => {
    const made = (version: { metadata: object; template: object }, extra: object) =>
      clean({
        ...extra,
        metadata: { name: 'web', ...version.metadata, ownerReferences },
        ...KINDS[resource].reduceRight<object>((inside, key) => ({ [key]: inside }), version.template),
      }) as Json;
    // half of the updates leave the template as it is
    const oldTemplate = before && (before.template ?? now.template);
    return clean({
      resource,
      object: made(now, now.extra),
      oldObject: before && oldTemplate && made({ metadata: before.metadata, template: oldTemplate }, {}),
      template: now.template,
      oldTemplate,
    }) as WorkloadChange;
  });
