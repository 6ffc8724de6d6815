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

const spec = fc.record({
  unknown: unknownFields,
  containers: fc.array(container, { minLength: 1, maxLength: 3 }),
  initContainers: absentable(fc.array(container, { maxLength: 3 })),
  namesakes: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(namesake, { maxLength: 2 }) },
  ),
  namesakesFirst: fc.boolean(),
  volumes: absentable(fc.array(unknownFields, { maxLength: 3 })),
  ownVolume: rarely(true, false),
  hostNetwork: rarely<unknown>(true, undefined),
  os: rarely<unknown>({ name: 'windows' }, undefined),
  nodeSelector: absentable(
    stringMap(fc.tuple(fc.constantFrom('kubernetes.io/os', 'disk'), fc.constantFrom('linux', 'ssd'))),
  ),
  runAsUser: rarely<unknown>(1337, 1000),
});

/** A pod as an API server sends it for creation, and whether its containers get a token. */
export interface IncomingPod {
  readonly pod: PodJson;
  readonly token: boolean;
}

/** Pods in the form in which a mutating webhook sees them: typed, but not yet validated. */
export const incomingPod: fc.Arbitrary<IncomingPod> = fc
  .record({ metadata, spec, unknown: unknownFields, token: fc.boolean(), defaulted: fc.boolean() })
  .map(({ metadata, spec, unknown, token, defaulted }) => {
    const { containers, initContainers, namesakes, namesakesFirst, volumes, ownVolume, runAsUser, ...others } = spec;
    const named = containers.map((one, index) => ({ ...one, name: `web-${index}` }));
    const inits = initContainers?.map((one, index) => ({ ...one, name: `init-${index}` }));
    const [first, second] = namesakes;
    const pod = asJson({
      ...unknown,
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        ...spec.unknown,
        ...others,
        namesakes: undefined,
        unknown: undefined,
        ...(runAsUser === 1000 ? {} : { securityContext: { runAsUser } }),
        containers: first === undefined ? named : namesakesFirst ? [first, ...named] : [...named, first],
        initContainers: second === undefined ? inits : [...(inits ?? []), second],
        volumes: ownVolume
          ? [{ name: 'pillion-envoy-run', emptyDir: {} }]
          : volumes?.map((fields, index) => ({ ...fields, name: `data-${index}`, emptyDir: {} })),
      },
    }) as unknown as PodJson;
    return { pod: defaulted || token ? afterApiServer(pod, { token }) : pod, token };
  });
