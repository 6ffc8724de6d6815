import { FOREIGN_SIDECARS, ISTIO_STATUS } from '../decision/checks/other-injector.ts';
import { repositoryOf } from '../kubernetes/image-reference.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../sidecar/names.ts';
import type { Shape, ShapePart } from '../sidecar/profiles/active-profile.ts';
import {
  all,
  any,
  containerFieldIn,
  containerFieldIs,
  containerImageFrom,
  hasKey,
  keyMatches,
  not,
  ONE_CONTAINER_HAS_IMAGE,
  someContainer,
} from './cel.ts';
import type { MatchCondition } from './match-condition.ts';

const ON_POD = 'object.metadata.annotations';

/** The marks by which a pod with the sidecar of a profile is known; what else stands in them only `decide` can compare. */
const carries = ({ annotations, containers, absentWith }: Shape): string =>
  unless(absentWith, all(...annotations.map((key) => hasKey(ON_POD, key)), ...containers.map(partStands)));

function partStands({ lists, name, isSidecar, image, otherImage, absentWith }: ShapePart): string {
  const standsIn = (list: ShapePart['lists'][number], ...terms: readonly string[]) =>
    someContainer(
      list,
      containerFieldIs('name', name),
      ...terms,
      ...(isSidecar && list === 'initContainers' ? [containerFieldIs('restartPolicy', 'Always')] : []),
    );
  // tags and digests change with every upgrade, while replicas of two versions inject; what this policy holds for any of them must
  // not be refused
  const withImage = any(...lists.map((list) => standsIn(list, containerImageFrom(repositoryOf(image)))));
  const withAny = any(...lists.map((list) => standsIn(list)));
  const stands =
    otherImage.length === 0
      ? withImage
      : any(withImage, all(any(...otherImage.map((key) => hasKey(ON_POD, key))), withAny));
  return unless(absentWith, stands);
}

const unless = (keys: readonly string[], term: string): string =>
  keys.length === 0 ? term : any(...keys.map((key) => hasKey(ON_POD, key)), term);

/** The pod lacks the sidecar of every profile: a container of its own under our name is none. */
export const lacksSidecar = ({ activeProfiles }: ActivePolicy): MatchCondition => ({
  name: 'lacks-sidecar',
  expression: not(any(...new Set(activeProfiles.map(({ shape }) => carries(shape))))),
});

// a status that `readStatus` can read: then the containers under our names were ours once, whatever became of them
const OWN_STATUS = '"recordId"\\s*:\\s*"[0-9a-f]{16}"';

const inSomeList = (...terms: readonly string[]): string =>
  any(someContainer('containers', ...terms), someContainer('initContainers', ...terms));

/** `decide` does not say other-injector. */
export const NOT_OF_OTHER_MESH: MatchCondition = {
  name: 'not-of-another-mesh',
  expression: not(
    any(
      inSomeList(containerFieldIn('name', [...FOREIGN_SIDECARS].sort())),
      all(
        hasKey(ON_POD, ISTIO_STATUS),
        not(keyMatches(ON_POD, ANNOTATIONS.status, OWN_STATUS)),
        inSomeList(
          containerFieldIn('name', [SIDECAR, REDIRECT]),
          ONE_CONTAINER_HAS_IMAGE,
          not(containerFieldIn('image', ['auto', ''])),
        ),
      ),
    ),
  ),
};
