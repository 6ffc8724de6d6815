import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { FOREIGN_SIDECARS, ISTIO_STATUS } from '../decision/checks/other-injector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../sidecar/names.ts';
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

/**
 * The image without its tag and digest. Those change with every upgrade, while replicas of two versions inject; what this policy
 * holds for any of them must not be refused.
 */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** The parts by which a pod with the sidecar of a profile is known; what else stands in them only `decide` can compare. */
function shapeOf(spec: SidecarProfile['spec']): string {
  const native = spec.order === 'Native';
  const sidecar = someContainer(
    native ? 'initContainers' : 'containers',
    containerFieldIs('name', SIDECAR),
    containerImageFrom(repositoryOf(spec.sidecar.image)),
    ...(native ? [containerFieldIs('restartPolicy', 'Always')] : []),
  );
  if (spec.capture === 'None') return sidecar;
  const redirect = [containerFieldIs('name', REDIRECT), containerImageFrom(repositoryOf(spec.redirect.image))];
  return all(sidecar, someContainer('initContainers', ...redirect));
}

/** The pod lacks the sidecar of every profile: a container of its own under our name is none. */
export const lacksSidecar = ({ profileSpecs }: ActivePolicy): MatchCondition => ({
  name: 'lacks-sidecar',
  expression: not(
    all(
      hasKey(ON_POD, ANNOTATIONS.status),
      hasKey(ON_POD, ANNOTATIONS.envoyConfig),
      any(...new Set(profileSpecs.map(shapeOf))),
    ),
  ),
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
