import { MIRROR_ANNOTATION } from '../decision/checks/mirror-pod.ts';
import { OS_LABEL } from '../decision/checks/windows-pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { all, any, hasKey, keyIs, labelsMatch, not } from './cel.ts';

/** A CEL condition of a webhook; the API server calls the hook when all of them hold. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

const LABELS = 'object.metadata.labels';
const ANNOTATIONS = 'object.metadata.annotations';

/** The pod’s mark has this value, read as `askOf` reads it: the label beats the annotation. */
const markIs = (key: string, value: string): string =>
  any(keyIs(LABELS, key, value), all(not(hasKey(LABELS, key)), keyIs(ANNOTATIONS, key, value)));

/** `consentOf` says inject. */
function consents({ spec }: ActivePolicy): string {
  const { podKey, autoInject } = spec.optIn;
  const asks = markIs(podKey, 'true');
  const silent = not(any(asks, markIs(podKey, 'false')));
  const never = spec.neverInject.map(labelsMatch);
  const always = spec.alwaysInject.map(labelsMatch);
  const notNever = never.length === 0 ? [] : [not(any(...never))];
  if (autoInject === 'enabled') return any(asks, all(silent, ...notNever));
  return always.length === 0 ? asks : any(asks, all(silent, ...notNever, any(...always)));
}

/** The conditions under which `decide` can say inject about a pod of a namespace that may ask. */
export const injectConditions = (policy: ActivePolicy): readonly MatchCondition[] => [
  { name: 'asks-for-sidecar', expression: consents(policy) },
  { name: 'not-on-host-network', expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork' },
  { name: 'not-mirror-of-static-pod', expression: not(hasKey(ANNOTATIONS, MIRROR_ANNOTATION)) },
  {
    name: 'not-on-windows',
    expression: not(
      any(
        'has(object.spec.os) && object.spec.os.name == "windows"',
        keyIs('object.spec.nodeSelector', OS_LABEL, 'windows'),
      ),
    ),
  },
];

/** The pod says something about sidecars, so that whoever created it expects an answer. */
export const markedCondition = ({ spec }: ActivePolicy): MatchCondition => ({
  name: 'carries-mark',
  expression: any(hasKey(LABELS, spec.optIn.podKey), hasKey(ANNOTATIONS, spec.optIn.podKey)),
});

export const unmarkedCondition = (policy: ActivePolicy): MatchCondition => ({
  name: 'carries-no-mark',
  expression: not(markedCondition(policy).expression),
});
