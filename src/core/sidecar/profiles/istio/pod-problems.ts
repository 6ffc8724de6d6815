import { isObject } from '../../../json/is-object.ts';
import type { Pod } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { type Injection, partsOf, type Rendered } from '../../rendering.ts';

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const VOLUME_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** What the API server would refuse about the labels that are written. */
export const labelProblems = (labels: Injection['labels']): readonly Problem[] =>
  Object.entries(labels)
    .filter(([, value]) => !LABEL_VALUE.test(value))
    .map(([key, value]) => ({
      path: '/metadata/labels',
      message: `the label ${key} would be ${quoted(value)}, which no label can be`,
    }));

/** What the API server would refuse about the parts that we bring: their names and places. */
export function partProblems(
  original: Pod,
  { volumes }: Pick<Injection, 'volumes'>,
  proxy: Rendered | undefined,
): readonly Problem[] {
  const authors = new Set((original.spec.volumes ?? []).map(({ name }) => name));
  const names = partsOf(volumes).map(({ name }) => name);
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
    ...mountProblems(proxy, new Set([...authors, ...names])),
  ];
}

function mountProblems(proxy: Rendered | undefined, volumes: ReadonlySet<string>): Problem[] {
  const mounts: readonly unknown[] = Array.isArray(proxy?.volumeMounts) ? proxy.volumeMounts : [];
  const paths = new Set<unknown>();
  return mounts.filter(isObject).flatMap(({ name, mountPath }): Problem[] => {
    const path = '/spec/initContainers';
    const twice = paths.has(mountPath);
    paths.add(mountPath);
    if (twice)
      return [{ path, message: `two volumes would be mounted at ${quoted(String(mountPath))} of the sidecar` }];
    if (volumes.has(String(name))) return [];
    return [
      { path, message: `the sidecar would mount the volume ${quoted(String(name))}, which the pod does not have` },
    ];
  });
}
