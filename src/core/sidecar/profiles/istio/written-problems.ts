import type { IstioProfile } from '../../../api/istio-profile.ts';
import { pointer } from '../../../json/pointer.ts';
import { isLabelKey, isLabelValue } from '../../../kubernetes/label-selector.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { amountProblems } from './container-problems.ts';
import { volumeProblems } from './volume-problems.ts';

type Spec = IstioProfile['spec'];

/** What a profile would write on every pod although no pod can have it. */
export const writtenProblems = (spec: Spec): readonly Problem[] => [
  ...keyProblems(spec.annotations, 'annotations'),
  ...spec.templates.flatMap(({ annotations, labels, volumes }, index) => [
    ...keyProblems(annotations, 'templates', index, 'annotations'),
    ...keyProblems(labels, 'templates', index, 'labels'),
    ...Object.entries(labels)
      .filter(([, value]) => !isLabelValue(value))
      .map(([key, value]) => noLabel(value, 'templates', index, 'labels', key)),
    ...volumes.flatMap((volume, place) =>
      volumeProblems(volume, spec.compatibility === 'Istio').map(({ message }) => ({
        path: pointer('spec', 'templates', index, 'volumes', place),
        message,
      })),
    ),
  ]),
  ...(isLabelValue(spec.mesh.network) ? [] : [noLabel(spec.mesh.network, 'mesh', 'network')]),
  ...seccompProblems(spec),
  ...resourceNameProblems(spec),
  // a pod can still lower what the proxy asks for
  ...contradictions(spec, 'resources', false),
  ...contradictions(spec, 'initResources', true),
];

const keyProblems = (map: Readonly<Record<string, string>>, ...path: readonly (string | number)[]): Problem[] =>
  Object.keys(map)
    .filter((key) => !isLabelKey(key))
    .map((key) => ({
      path: pointer('spec', ...path, key),
      message: 'is no key; accepted: a name of at most 63 letters, digits, -, _ and ., as team or example.com/team',
    }));

const noLabel = (value: string, ...path: readonly (string | number)[]): Problem => ({
  path: pointer('spec', ...path),
  message: `is ${quoted(value)}, and becomes a label; accepted: at most 63 letters, digits, -, _ and ., a letter or digit at both ends`,
});

function seccompProblems({ rights: { seccompProfile } }: Spec): Problem[] {
  if (seccompProfile === undefined) return [];
  const { type, localhostProfile } = seccompProfile;
  const path = pointer('spec', 'rights', 'seccompProfile', 'localhostProfile');
  if (type !== 'Localhost')
    return localhostProfile === undefined ? [] : [{ path, message: `has no meaning with the type ${type}; remove it` }];
  if (localhostProfile === undefined)
    return [{ path, message: 'is missing; the type Localhost needs the path of a profile, as profiles/mesh.json' }];
  return localhostProfile.startsWith('/') || localhostProfile.split('/').includes('..')
    ? [{ path, message: `is ${quoted(localhostProfile)}; accepted: a relative path without ..` }]
    : [];
}

const RESOURCE = /^(?:cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/;

const resourceNameProblems = (spec: Spec): Problem[] =>
  (['resources', 'initResources'] as const).flatMap((part) =>
    (['requests', 'limits'] as const).flatMap((bound) =>
      Object.keys(spec[part][bound])
        .filter((name) => !RESOURCE.test(name))
        .map((name) => ({
          path: pointer('spec', part, bound, name),
          message: 'is no resource; accepted: cpu, memory, ephemeral-storage, hugepages-SIZE, or DOMAIN/NAME',
        })),
    ),
  );

const contradictions = (spec: Spec, part: 'resources' | 'initResources', all: boolean): Problem[] =>
  amountProblems(spec[part], all).map((what) => ({ path: pointer('spec', part), message: `have ${what}` }));
