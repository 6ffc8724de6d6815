import { PROBE_NAMES } from '../sidecar/fields.ts';
import { TOKEN_DIRECTORY } from '../sidecar/names.ts';
import { all, any, either, hasKey, literal, not, someContainer, steps, valueAt } from './cel.ts';

/** Conditions and texts of a pod in CEL, as the rest of the program reads them from one. */

const LABELS = 'object.metadata.labels';
const LISTS = ['containers', 'initContainers'] as const;
export type ContainerList = (typeof LISTS)[number];

const inAnyList = (...terms: readonly string[]): string => any(...LISTS.map((list) => someContainer(list, ...terms)));

const oneOf = (values: Iterable<string>): string => `[${[...values].sort().map(literal).join(', ')}]`;

/** A container, of either list, has one of these names. */
export const someContainerNamed = (names: Iterable<string>): string => inAnyList(`c.name in ${oneOf(names)}`);

/** A volume has one of these names. */
export const someVolumeNamed = (names: Iterable<string>): string =>
  all(...steps('object.spec.volumes'), `object.spec.volumes.exists(v, v.name in ${oneOf(names)})`);

const someMount = (term: string): string => inAnyList('has(c.volumeMounts)', `c.volumeMounts.exists(m, ${term})`);

/** A container mounts one of these volumes. */
export const someMountOf = (volumes: Iterable<string>): string => someMount(`m.name in ${oneOf(volumes)}`);

/** As `tokenIsMounted` reads it. */
export const MOUNTS_TOKEN = someMount(`m.mountPath == ${literal(TOKEN_DIRECTORY)}`);

/** A container declares one of these ports for TCP. */
export const someTcpPort = (ports: Iterable<number>): string => {
  const numbers = [...ports].sort((one, other) => one - other).join(', ');
  const isTcp = any('!has(p.protocol)', 'p.protocol == "TCP"');
  return inAnyList('has(c.ports)', `c.ports.exists(p, ${all(`p.containerPort in [${numbers}]`, isTcp)})`);
};

/** A container runs as this user, by its own word or by the pod’s. */
export const someContainerRunsAs = (user: number): string => {
  const own = all('has(c.securityContext)', 'has(c.securityContext.runAsUser)');
  const ofPod = all(
    ...steps('object.spec.securityContext.runAsUser'),
    `object.spec.securityContext.runAsUser == ${user}`,
  );
  return inAnyList(any(all(own, `c.securityContext.runAsUser == ${user}`), all(not(own), ofPod)));
};

/** A container of one of the lists has a probe that only connects, and to the pod itself. */
export const someTcpProbe = (lists: readonly ContainerList[]): string =>
  any(
    ...lists.map((list) =>
      someContainer(
        list,
        any(
          ...PROBE_NAMES.map((name) =>
            all(`has(c.${name})`, `has(c.${name}.tcpSocket)`, `!has(c.${name}.tcpSocket.host)`),
          ),
        ),
      ),
    ),
  );

/** The grace period of the pod, which the API server fills in, is at least so long. */
export const graceIsAtLeast = (seconds: number): string =>
  all(...steps('object.spec.terminationGracePeriodSeconds'), `object.spec.terminationGracePeriodSeconds >= ${seconds}`);

/** The controller of the pod meets a condition, in which it is `o`. */
const controllerIs = (...terms: readonly string[]): string =>
  all(
    'has(object.metadata.ownerReferences)',
    `object.metadata.ownerReferences.exists(o, ${all('has(o.controller)', 'o.controller', ...terms)})`,
  );

export const OWNED_BY_JOB = controllerIs('o.kind in ["Job", "CronJob"]');

/** A controller owns the pod and is told by the uid that the API server gave it, which is random. */
export const OWNED_BY_UID = controllerIs(
  'o.uid.matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$")',
);

/** The controllers of the pod, as a list that has one or is empty. */
export const CONTROLLERS = either(
  'has(object.metadata.ownerReferences)',
  'object.metadata.ownerReferences.filter(o, has(o.controller) && o.controller)',
  '[]',
);

/** The first 16 hexadecimal digits of the uid of the first of some controllers. */
export const idOfFirst = (controllers: string): string => `${controllers}[0].uid.replace("-", "").substring(0, 16)`;

/**
 * What `workloadName` makes of a pod.
 * @param controllers its controllers
 */
export function workloadNameFrom(controllers: string): string {
  const [kind, name] = [`${controllers}[0].kind`, `${controllers}[0].name`];
  const withoutHash = (label: 'pod-template-hash' | 'rollouts-pod-template-hash') => {
    const hash = valueAt(LABELS, label);
    const isNamedAfter = all(`${kind} == "ReplicaSet"`, hasKey(LABELS, label), `${name}.endsWith("-" + ${hash})`);
    return [isNamedAfter, `${name}.substring(0, ${name}.size() - ${hash}.size() - 1)`] as const;
  };
  const config = valueAt(LABELS, 'deploymentconfig');
  const isConfigs = all(`${kind} == "ReplicationController"`, hasKey(LABELS, 'deploymentconfig'), `${config} != ""`);
  const isCronJobs = all(`${kind} == "Job"`, `${name}.matches("^.+-[0-9]{8,10}$")`);
  return firstOf(
    [
      [`${controllers}.size() == 0`, OWN_NAME],
      withoutHash('pod-template-hash'),
      withoutHash('rollouts-pod-template-hash'),
      [isConfigs, config],
      [isCronJobs, `${name}.substring(0, ${name}.lastIndexOf("-"))`],
    ],
    name,
  );
}

/** The value beside the first condition that holds. */
const firstOf = (cases: readonly (readonly [condition: string, value: string])[], otherwise: string): string =>
  cases.reduceRight((rest, [condition, value]) => either(condition, value, rest), otherwise);

const GENERATED = 'object.metadata.generateName';
const isGenerated = all(`has(${GENERATED})`, `!(${GENERATED} in ["", "-"])`);
const withoutDash = either(
  `${GENERATED}.endsWith("-")`,
  `${GENERATED}.substring(0, ${GENERATED}.size() - 1)`,
  GENERATED,
);
const isNamed = all('has(object.metadata.name)', 'object.metadata.name != ""');
const OWN_NAME = firstOf(
  [
    [isGenerated, withoutDash],
    [isNamed, 'object.metadata.name'],
  ],
  literal('pod'),
);
