import type { InjectionPolicy } from '../api/injection-policy.ts';
import { canonicalJson } from '../json/canonical.ts';
import { type LabelSelector, matcher, requirementsOf } from '../kubernetes/label-selector.ts';
import { contradictionIn } from '../kubernetes/selector-contradiction.ts';
import type { Problem } from '../problem/problem.ts';
import type { ActivePolicy } from './active-policy.ts';

type Spec = InjectionPolicy['spec'];

/** What of a policy that is accepted cannot have been meant so, as far as it can be seen without a cluster. */
export const policyWarnings = ({ spec, ended, stages }: ActivePolicy): readonly Problem[] => [
  ...selectorsIn(spec).flatMap(contradictions),
  ...optInWarnings(spec),
  ...withoutEffect(spec),
  ...spec.exclusions.flatMap((exclusion, index) => exclusionWarnings(exclusion, index, spec)),
  ...stageWarnings(stages),
  ...ended.map(({ rule, expires }) => ({
    path: rule,
    message: `has no effect since it ended on ${expires}; remove it`,
  })),
];

interface PlacedSelector {
  readonly path: string;
  readonly selector: LabelSelector | undefined;
}

const selectorsIn = ({ neverInject, alwaysInject, profiles, exclusions, waivers }: Spec): PlacedSelector[] => [
  ...neverInject.map((selector, index) => ({ path: `/spec/neverInject/${index}`, selector })),
  ...alwaysInject.map((selector, index) => ({ path: `/spec/alwaysInject/${index}`, selector })),
  ...profiles.flatMap((scope, index) => scopeSelectors(`/spec/profiles/${index}`, scope)),
  ...exclusions.flatMap((scope, index) => scopeSelectors(`/spec/exclusions/${index}`, scope)),
  ...waivers.flatMap(({ scope }, index) => scopeSelectors(`/spec/waivers/${index}/scope`, scope)),
];

const scopeSelectors = (
  path: string,
  { namespaceSelector, podSelector }: Partial<Record<'namespaceSelector' | 'podSelector', LabelSelector>>,
): PlacedSelector[] => [
  { path: `${path}/namespaceSelector`, selector: namespaceSelector },
  { path: `${path}/podSelector`, selector: podSelector },
];

function contradictions({ path, selector }: PlacedSelector): readonly Problem[] {
  const key = selector && contradictionIn(selector);
  if (key === undefined) return [];
  return [{ path, message: `matches nothing: no label ${key} can meet all that it asks of that key` }];
}

function optInWarnings({ optIn }: Spec): readonly Problem[] {
  const { enabled, disabled } = optIn.namespaceLabel;
  if (enabled !== disabled) return [];
  const message = `is "${disabled}", as enabled is, so no namespace can opt out; give it another value`;
  return [{ path: '/spec/optIn/namespaceLabel/disabled', message }];
}

/** Entries that an earlier one, or one that beats them, leaves nothing to match. */
function withoutEffect({ neverInject, alwaysInject, profiles }: Spec): readonly Problem[] {
  const never = neverInject.map(canonicalJson);
  const beaten = alwaysInject.flatMap((selector, index): readonly Problem[] => {
    const by = never.indexOf(canonicalJson(selector));
    return by === -1
      ? []
      : [
          {
            path: `/spec/alwaysInject/${index}`,
            message: `has no effect: /spec/neverInject/${by} is the same, and beats it`,
          },
        ];
  });
  const scopes = profiles.map(({ namespaceSelector, podSelector }) => canonicalJson([namespaceSelector, podSelector]));
  const unreached = scopes.flatMap((scope, index): readonly Problem[] => {
    const first = scopes.indexOf(scope);
    const everything = profiles.findIndex(
      (one) => one.namespaceSelector === undefined && one.podSelector === undefined,
    );
    const before = first < index ? first : everything < index ? everything : -1;
    return before === -1
      ? []
      : [
          {
            path: `/spec/profiles/${index}`,
            message: `is never chosen: /spec/profiles/${before} matches all of its pods`,
          },
        ];
  });
  return [...beaten, ...unreached];
}

function stageWarnings(stages: ActivePolicy['stages']): readonly Problem[] {
  if (stages === undefined || stages.open.length > 0) return [];
  const why = stages.planned
    ? 'no stage of the RolloutPlan is open here'
    : 'there is no RolloutPlan, so no stage is open';
  const message = `is "Skip", and ${why}: no pod gets a sidecar; open a stage, or set Off until there is one`;
  return [{ path: '/spec/rollout/enforce', message }];
}

function exclusionWarnings(
  { namespaceSelector, podSelector }: Spec['exclusions'][number],
  index: number,
  { optIn: { namespaceLabel } }: Spec,
): readonly Problem[] {
  if (namespaceSelector === undefined || podSelector !== undefined) return [];
  const { key, enabled } = namespaceLabel;
  const asksNothingElse = requirementsOf(namespaceSelector).every((requirement) => requirement.key === key);
  if (!asksNothingElse || !matcher(namespaceSelector)({ [key]: enabled })) return [];
  const message = `excludes every namespace that opts in by ${key}=${enabled}; name some of them by another label`;
  return [{ path: `/spec/exclusions/${index}/namespaceSelector`, message }];
}
