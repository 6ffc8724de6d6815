import { MIRROR_ANNOTATION } from '../decision/checks/mirror-pod.ts';
import { OS_LABEL } from '../decision/checks/windows-pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { all, any, hasKey, keyIs, labelsMatch, not, ON_HOST_NETWORK, osIs } from './cel.ts';
import { notExcludedByPod } from './exclusions.ts';
import type { MatchCondition } from './match-condition.ts';
import { inOpenStageByPod } from './stages.ts';

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
  const never = spec.neverInject.map((selector) => labelsMatch(selector));
  const always = spec.alwaysInject.map((selector) => labelsMatch(selector));
  const notNever = never.length === 0 ? [] : [not(any(...never))];
  if (autoInject === 'enabled') return any(asks, all(silent, ...notNever));
  return always.length === 0 ? asks : any(asks, all(silent, ...notNever, any(...always)));
}

/** Nothing about the pod itself keeps it from having a sidecar, whatever it and its namespace say. */
const ABLE: readonly MatchCondition[] = [
  { name: 'not-on-host-network', expression: not(ON_HOST_NETWORK) },
  { name: 'not-mirror-of-static-pod', expression: not(hasKey(ANNOTATIONS, MIRROR_ANNOTATION)) },
  {
    name: 'not-on-windows',
    expression: not(any(osIs('windows'), keyIs('object.spec.nodeSelector', OS_LABEL, 'windows'))),
  },
];

/** The conditions under which `decide` can say inject about a pod of a namespace that may ask. */
export const injectConditions = (policy: ActivePolicy): readonly MatchCondition[] => [
  { name: 'asks-for-sidecar', expression: consents(policy) },
  ...notExcludedByPod(policy),
  ...inOpenStageByPod(policy),
  ...ABLE,
];

/** The conditions under which nothing but its namespace can keep a pod that says yes from being injected. */
export const askingConditions = ({ spec }: ActivePolicy): readonly MatchCondition[] => [
  { name: 'asks-for-sidecar', expression: markIs(spec.optIn.podKey, 'true') },
  ...ABLE,
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
