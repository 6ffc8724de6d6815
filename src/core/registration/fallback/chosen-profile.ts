import type { LabelSelector } from '../../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import { all, any, labelsMatch, not } from '../cel.ts';
import { namespaceIsOpen } from '../namespace-groups.ts';

type Choice = ActivePolicy['spec']['profiles'][number];

/** The namespace may have sidecars, and the pod gets this profile there: the first choice that matches counts. */
export function getsProfile(policy: ActivePolicy, name: string): string {
  const { profiles } = policy.spec;
  const ways = profiles.flatMap((choice, index) => {
    if (choice.name !== name) return [];
    const others = profiles.slice(0, index).filter((earlier) => earlier.name !== name);
    return [[...matches(choice), ...others.map((earlier) => not(all(...matches(earlier))))]];
  });
  const isOpen = namespaceIsOpen(policy);
  // the way of a profile for all the rest asks for nothing when there is no other
  return ways.some((terms) => terms.length === 0) ? isOpen : all(isOpen, any(...ways.map((terms) => all(...terms))));
}

const matches = ({ namespaceSelector, podSelector }: Choice): readonly string[] => [
  ...selected(namespaceSelector, 'namespaceObject.metadata.labels'),
  ...selected(podSelector, 'object.metadata.labels'),
];

const selected = (selector: LabelSelector | undefined, labels: Parameters<typeof labelsMatch>[1]): readonly string[] =>
  selector === undefined ? [] : [labelsMatch(selector, labels)];
