import { isObject } from '../json/is-object.ts';
import { type LabelRequirement, type LabelSelector, matcher, requirementsOf } from '../kubernetes/label-selector.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { type Labels, labelsOf, ownValue } from '../kubernetes/pod.ts';
import type { RoutedRequest, StandingRule, StandingSelectors } from './request.ts';

/** Which selector keeps a request out, and by what. */
export interface Unselected {
  readonly by: 'namespaceSelector' | 'objectSelector';
  /** The requirement, as kubectl writes it, and what stands there. */
  readonly requirement: string;
}

/** Whether the rules are about such a request at all; the API server leaves it to no other part to say so. */
export const isAbout = (rules: readonly StandingRule[] | null | undefined, request: RoutedRequest): boolean =>
  (rules ?? []).some(
    ({ apiGroups, operations, resources, scope }) =>
      lists(operations, request.operation) &&
      lists(apiGroups, request.group) &&
      (lists(resources, request.resource) || lists(resources, '*/*')) &&
      (scope == null || scope === '*' || scope === 'Namespaced'),
  );

const lists = (values: readonly string[] | null | undefined, value: string): boolean =>
  (values ?? []).some((one) => one === '*' || one === value);

/** The first requirement of a selector that the request does not meet; undefined when it is selected. */
export function unselected(
  { namespaceSelector, objectSelector }: StandingSelectors,
  request: RoutedRequest,
): Unselected | undefined {
  const { name, labels } = request.namespace;
  // which the API server itself puts on every namespace
  const ofNamespace = { ...labels, 'kubernetes.io/metadata.name': name };
  const byNamespace = unmet(namespaceSelector, [ofNamespace]);
  if (byNamespace !== undefined) return { by: 'namespaceSelector', requirement: byNamespace };
  const objects = [request.object, ...(request.oldObject === undefined ? [] : [request.oldObject])];
  const byObject = unmet(objectSelector, objects.map(labelsIn));
  return byObject === undefined ? undefined : { by: 'objectSelector', requirement: byObject };
}

// one of the two versions of an object is enough (k8s.io/apiserver, predicates/object/matcher.go)
function unmet(selector: LabelSelector | null | undefined, candidates: readonly Labels[]): string | undefined {
  if (selector == null || candidates.some((labels) => matcher(selector)(labels))) return undefined;
  const [labels = {}] = candidates;
  const requirement = requirementsOf(selector).find((one) => !matcher({ matchExpressions: [one] })(labels));
  return requirement && `${requirementText(requirement)}; ${standingText(labels, requirement.key)}`;
}

function requirementText(requirement: LabelRequirement): string {
  const { key } = requirement;
  switch (requirement.operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return `${key} in (${requirement.values.join(', ')})`;
    case 'NotIn':
      return `${key} notin (${requirement.values.join(', ')})`;
  }
}

function standingText(labels: Labels, key: string): string {
  const value = ownValue(labels, key);
  return value === undefined ? 'it has no such label' : `it is ${JSON.stringify(value)}`;
}

function labelsIn(object: unknown): Labels {
  const { labels } = metadataOf(object);
  return isObject(labels) ? labelsOf({ metadata: { labels: labels as Labels } }) : {};
}
