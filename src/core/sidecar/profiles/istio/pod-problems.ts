import { asText } from '../../../json/as-text.ts';
import { isObject } from '../../../json/is-object.ts';
import { pointer } from '../../../json/pointer.ts';
import { isLabelValue } from '../../../kubernetes/label-selector.ts';
import type { Pod } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { type ContainerChange, type Injection, type List, partsOf, type Rendered } from '../../rendering.ts';
import { containerProblems } from './container-problems.ts';
import { OWN_VOLUMES } from './names.ts';
import type { SidecarContainers } from './sidecar-containers.ts';
import { volumeProblems } from './volume-problems.ts';

const VOLUME_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** What the API server would refuse about the labels that are written. */
export const labelProblems = (labels: Injection['labels']): readonly Problem[] =>
  Object.keys(labels)
    .filter((key) => !isLabelValue(labels[key] ?? ''))
    .map((key) => ({
      path: '/metadata/labels',
      message: `the label ${key} would be ${quoted(labels[key] ?? '')}, which no label can be`,
    }));

/** What the API server would refuse about the parts that we bring. */
export function partProblems(
  original: Pod,
  { volumes, initContainers, containers }: Pick<Injection, 'volumes' | 'initContainers' | 'containers'>,
  sidecar: SidecarContainers | undefined,
  asIstio: boolean,
): readonly Problem[] {
  const authors = new Set((original.spec.volumes ?? []).map(({ name }) => name));
  const brought = partsOf(volumes);
  const names = brought.map(({ name }) => name);
  const there = new Set([...authors, ...names]);
  return [
    ...names
      .filter((name, index) => authors.has(name) || names.indexOf(name) !== index)
      .map((name) => ({
        path: '/spec/volumes',
        message: `the volume ${quoted(name)} would be there twice; rename one of them`,
      })),
    ...names
      .filter((name) => !VOLUME_NAME.test(name))
      .map((name) => ({ path: '/spec/volumes', message: `no volume can have the name ${quoted(name)}` })),
    ...brought.filter(({ name }) => !OWN_VOLUMES.has(name)).flatMap((volume) => volumeProblems(volume, asIstio)),
    ...mountProblems(sidecar?.proxy, partsOf(containers).length > 0 ? 'containers' : 'initContainers', there),
    ...mountProblems(sidecar?.redirect, 'initContainers', there),
    ...partsOf(initContainers).flatMap((container) =>
      containerProblems(container, 'initContainers', container.restartPolicy !== 'Always'),
    ),
    ...partsOf(containers).flatMap((container) => containerProblems(container, 'containers', false)),
  ];
}

/** @param list where the container stands */
function mountProblems(container: Rendered | undefined, list: List, volumes: ReadonlySet<string>): Problem[] {
  const mounts: readonly unknown[] = Array.isArray(container?.volumeMounts) ? container.volumeMounts : [];
  const paths = new Set<unknown>();
  return mounts.filter(isObject).flatMap((mount): Problem[] => {
    const { name, mountPath } = mount;
    const path = `/spec/${list}`;
    const twice = paths.has(mountPath);
    paths.add(mountPath);
    if (twice)
      return [{ path, message: `two volumes would be mounted at ${quoted(asText(mountPath))} of the sidecar` }];
    const wrong = wrongAbout(mount, container);
    if (wrong !== undefined)
      return [{ path, message: `the sidecar’s mount of ${quoted(asText(name))} would have ${wrong}` }];
    if (volumes.has(asText(name))) return [];
    return [
      { path, message: `the sidecar would mount the volume ${quoted(asText(name))}, which the pod does not have` },
    ];
  });
}

const PROPAGATIONS: ReadonlySet<unknown> = new Set([undefined, null, 'None', 'HostToContainer', 'Bidirectional']);

function wrongAbout(mount: Readonly<Record<string, unknown>>, container: Rendered | undefined): string | undefined {
  const { mountPath, subPath = '', subPathExpr = '', readOnly, mountPropagation } = mount;
  if (mountPath === '') return 'no mountPath';
  if (typeof readOnly !== 'boolean' && readOnly !== undefined && readOnly !== null)
    return 'a readOnly that is no boolean';
  for (const inside of [subPath, subPathExpr])
    if (typeof inside !== 'string' || inside.startsWith('/') || inside.split('/').includes('..'))
      return `the subPath ${quoted(asText(inside))}; accepted: a relative path without ..`;
  if (!PROPAGATIONS.has(mountPropagation)) return `the mountPropagation ${quoted(asText(mountPropagation))}`;
  const context = isObject(container?.securityContext) ? container.securityContext : {};
  return mountPropagation === 'Bidirectional' && context.privileged !== true
    ? 'the mountPropagation Bidirectional, for which the container has to be privileged'
    : undefined;
}

/** Calls that would be sent to a port that is none. */
export const callProblems = (changes: readonly ContainerChange[]): Problem[] =>
  changes.flatMap(({ list, index, path, value }) => {
    const port = path.at(-1) === 'httpGet' && isObject(value) ? value.port : undefined;
    return typeof port !== 'number' || (port > 0 && port <= 65535)
      ? []
      : [{ path: pointer('spec', list, index, ...path, 'port'), message: `would be ${port}, which is no port` }];
  });
