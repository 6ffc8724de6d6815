import fc from 'fast-check';
import { afterApiServer } from '../../core-fixtures/api-server.ts';
import type { PodJson } from '../../core-fixtures/pods.ts';
import { container, namesake } from './containers.ts';
import { absentable, asJson, oddKey, stringMap, text, unknownFields } from './json.ts';
import { settingAnnotation } from './setting-annotations.ts';

const MARK = 'sidecar.istio.io/inject';
const markValue = fc.oneof(
  { weight: 6, arbitrary: fc.constant('true') },
  { weight: 4, arbitrary: fc.constantFrom('false', 'True', '', 'yes') },
);

const label: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(fc.constant(MARK), markValue),
  fc.tuple(
    fc.constantFrom('app', 'tier', 'istio.io/rev', 'pod-template-hash'),
    fc.constantFrom('web', 'default', 'other', '7d9'),
  ),
  fc.tuple(oddKey, text),
);

const annotation: fc.Arbitrary<[string, string]> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant(MARK), markValue) },
  { weight: 3, arbitrary: settingAnnotation },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('team.example/owner', 'sidecar.istio.io/proxyCpu'), text) },
  { weight: 1, arbitrary: fc.tuple(oddKey, text) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[string, string]>(
      ['kubectl.kubernetes.io/default-container', 'web'],
      ['kubernetes.io/config.mirror', '1'],
      ['pillion.io/status', '{}'],
      ['pillion.io/status', '{"recordId":"0123456789abcdef"}'],
      ['sidecar.istio.io/status', '{}'],
    ),
  },
);

const ownerReference = fc.constantFrom(
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d9', uid: '1', controller: true },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '1', controller: true, blockOwnerDeletion: true },
  { apiVersion: 'batch/v1', kind: 'Job', name: 'night-28000000', uid: '1', controller: true },
  { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: '1' },
);

const metadata = fc
  .record(
    {
      name: fc.oneof(fc.constant('web'), text),
      generateName: fc.constantFrom('web-7d9-', ''),
      labels: absentable(stringMap(label)),
      annotations: absentable(stringMap(annotation, 6)),
      ownerReferences: absentable(fc.array(ownerReference, { maxLength: 2 })),
      creationTimestamp: fc.constant(null),
    },
    { requiredKeys: ['annotations'] },
  )
  .chain((known) => unknownFields.map((unknown) => ({ ...unknown, ...known })));

const rarely = <T>(value: T, usually: T) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 15, arbitrary: fc.constant(usually) });

const spec = fc
  .record({
    hostNetwork: rarely<unknown>(true, undefined),
    os: rarely<unknown>({ name: 'windows' }, undefined),
    nodeSelector: absentable(
      stringMap(fc.tuple(fc.constantFrom('kubernetes.io/os', 'disk'), fc.constantFrom('linux', 'ssd'))),
    ),
    securityContext: rarely<unknown>({ runAsUser: 1337 }, undefined),
  })
  .chain((known) => unknownFields.map((unknown) => ({ ...unknown, ...known })));

const lists = fc.record({
  containers: fc.array(container, { minLength: 1, maxLength: 3 }),
  initContainers: absentable(fc.array(container, { maxLength: 3 })),
  namesakes: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(namesake, { minLength: 1, maxLength: 2 }) },
  ),
  namesakesTogether: fc.boolean(),
  namesakesFirst: fc.boolean(),
  volumes: absentable(fc.array(unknownFields, { maxLength: 3 })),
  ownVolume: rarely(true, false),
});

/** A pod as an API server sends it for creation, and whether its containers get a token. */
export interface IncomingPod {
  readonly pod: PodJson;
  readonly token: boolean;
}

/** Pods in the form in which a mutating webhook sees them: typed, but not yet validated. */
export const incomingPod: fc.Arbitrary<IncomingPod> = fc
  .record({ metadata, spec, lists, unknown: unknownFields, token: fc.boolean(), defaulted: fc.boolean() })
  .map(({ metadata, spec, lists, unknown, token, defaulted }) => {
    const { containers, initContainers, namesakes, namesakesTogether, namesakesFirst, volumes, ownVolume } = lists;
    const named = containers.map((one, index) => ({ ...one, name: `web-${index}` }));
    const inits = initContainers?.map((one, index) => ({ ...one, name: `init-${index}` }));
    const inContainers = namesakesTogether ? namesakes : namesakes.slice(0, 1);
    const inInits = namesakesTogether ? [] : namesakes.slice(1);
    const pod = asJson({
      ...unknown,
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        ...spec,
        containers: namesakesFirst ? [...inContainers, ...named] : [...named, ...inContainers],
        initContainers: inInits.length === 0 ? inits : [...(inits ?? []), ...inInits],
        volumes: ownVolume
          ? [{ name: 'pillion-envoy-run', emptyDir: {} }]
          : volumes?.map((fields, index) => ({ ...fields, name: `data-${index}`, emptyDir: {} })),
      },
    }) as PodJson;
    return { pod: defaulted || token ? afterApiServer(pod, { token }) : pod, token };
  });
