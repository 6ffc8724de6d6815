import type { Json } from './pods.ts';

/** An object with a text of its own at every place where none is read, and which place each text was put at. */
export interface Planted {
  readonly object: Json;
  readonly places: readonly string[];
}

/** The texts of a planted object that turn up in what was written, by their places. */
export const foundIn = (written: string, places: readonly string[]): string[] => [
  ...new Set([...written.matchAll(/s3cret-(\d+)-/g)].map(([, at]) => places[Number(at)] ?? 'nowhere')),
];

type Sow = (place: string) => string;

/** @param everywhere also containers under the names of the sidecar’s, which are refused for most of it */
export function plantedPod(pod: Json, everywhere: boolean): Planted {
  return planting((sow) => podIn(pod, sow, everywhere));
}

/** The pod as the template of a workload, with texts of its own around it. */
export const plantedWorkload = (kind: 'Deployment' | 'CronJob', pod: Json): Planted =>
  planting((sow) => {
    const { metadata, spec } = podIn(pod, sow, false);
    const template = { metadata, spec };
    return {
      apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
      kind,
      metadata: metadataIn({ name: 'web', namespace: 'shop', uid: 'u' }, sow),
      spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template, note: sow('spec.note') },
      status: { note: sow('status') },
    };
  });

/** Any other object: texts in its metadata, and in fields that no hook asks for. */
export const plantedObject = (object: Json): Planted =>
  planting((sow) => ({
    ...object,
    metadata: metadataIn(object.metadata as Json, sow),
    status: { note: sow('status') },
  }));

/** The review with texts in every field that is not read of it. */
export function plantedReview(body: Json, { object, places }: Planted): { body: Json; places: readonly string[] } {
  const request = body.request as Json;
  const review = planting(
    (sow) => ({
      ...request,
      object,
      options: { kind: 'CreateOptions', fieldManager: sow('options.fieldManager') },
      userInfo: { ...(request.userInfo as Json), uid: sow('userInfo.uid'), extra: { token: [sow('userInfo.extra')] } },
    }),
    places,
  );
  return { body: { ...body, request: review.object }, places: review.places };
}

function planting(build: (sow: Sow) => Json, before: readonly string[] = []): Planted {
  const places = [...before];
  const object = build((place) => `s3cret-${places.push(place) - 1}-`);
  return { object, places };
}

function metadataIn(metadata: Json, sow: Sow): Json {
  return {
    ...metadata,
    labels: { ...(metadata.labels as Json), 'team.example/note': sow('a label'), [sow('the key of a label')]: '' },
    annotations: {
      ...(metadata.annotations as Json),
      'kubectl.kubernetes.io/last-applied-configuration': `{"password":"${sow('last-applied-configuration')}"}`,
      'vault.example/token': sow('an annotation'),
      [sow('the key of an annotation')]: '',
      'sidecar.istio.io/nobodyReads': sow('an annotation of the mesh that is not read'),
    },
    managedFields: [{ manager: sow('managedFields'), fieldsV1: { [sow('managedFields key')]: {} } }],
    finalizers: [sow('finalizers')],
    selfLink: sow('selfLink'),
  };
}

const SIDECARS = ['istio-proxy', 'istio-init'];

function podIn({ metadata, spec, ...rest }: Json, sow: Sow, everywhere: boolean): Json {
  const lists = spec as Readonly<Record<string, unknown>>;
  const containers = (list: 'containers' | 'initContainers') => {
    const there = lists[list] as readonly Json[] | null | undefined;
    const within = there?.map((one) =>
      everywhere || !SIDECARS.includes(String(one.name)) ? containerIn(one, list, sow) : one,
    );
    return within === undefined ? {} : { [list]: within };
  };
  return {
    ...rest,
    metadata: metadataIn(metadata as Json, sow),
    spec: {
      ...lists,
      ...containers('containers'),
      ...containers('initContainers'),
      volumes: [
        ...((lists.volumes as Json[] | null | undefined) ?? []),
        {
          name: 's',
          secret: { secretName: sow('the name of a secret'), items: [{ key: sow('a key of a secret'), path: 'x' }] },
        },
        {
          name: 'c',
          csi: {
            driver: 'd',
            volumeAttributes: { token: sow('volumeAttributes') },
            nodePublishSecretRef: { name: sow('nodePublishSecretRef') },
          },
        },
        { name: 'h', hostPath: { path: `/${sow('hostPath')}` } },
        { name: 'p', projected: { sources: [{ serviceAccountToken: { audience: sow('audience'), path: 't' } }] } },
      ],
      imagePullSecrets: [{ name: sow('imagePullSecrets') }],
      serviceAccountName: sow('serviceAccountName'),
      hostAliases: [{ ip: '10.0.0.1', hostnames: [sow('hostAliases')] }],
      nodeSelector: { ...(lists.nodeSelector as Json | undefined), disk: sow('nodeSelector') },
      tolerations: [{ key: sow('tolerations') }],
      schedulerName: sow('schedulerName'),
      futureField: sow('a field that is not known'),
    },
  };
}

function containerIn(container: Json, list: string, sow: Sow): Json {
  const env = (container.env as Json[] | null | undefined) ?? [];
  const header = [{ name: 'Authorization', value: `Bearer ${sow('httpHeaders')}` }];
  const probe = (name: string) => ({
    [name]: { httpGet: { path: `/${sow(`the path of ${name}`)}`, port: 8080, httpHeaders: header }, periodSeconds: 3 },
  });
  return {
    ...container,
    command: ['sh', '-c', sow(`command of ${list}`)],
    args: [
      ...((container.args as string[] | null | undefined) ?? []),
      `--password=${sow('args')}`,
      `HTTP/1.0 ${sow('args')}`,
      `http://${sow('args')}/`,
    ],
    workingDir: `/${sow('workingDir')}`,
    env: [
      ...env,
      { name: 'PASSWORD', value: sow(`env of ${list}`) },
      { name: 'GREETING', value: `HTTP/1.0 ${sow(`env of ${list}`)}` },
      { name: 'DATABASE', value: `http://${sow(`env of ${list}`)}/` },
      { name: sow('the name of a variable'), value: '' },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: sow('secretKeyRef.name'), key: sow('secretKeyRef.key') } } },
    ],
    envFrom: [{ secretRef: { name: sow('secretRef') }, prefix: sow('prefix') }],
    ...(list === 'containers' ? { ...probe('readinessProbe'), ...probe('livenessProbe') } : {}),
    ...(list === 'containers' && container.lifecycle === undefined
      ? { lifecycle: { preStop: { exec: { command: [sow('preStop')] } } } }
      : {}),
    securityContext: {
      ...(container.securityContext as Json | undefined),
      seLinuxOptions: { level: sow('seLinuxOptions') },
    },
    terminationMessagePath: `/${sow('terminationMessagePath')}`,
  };
}
