import { fieldsOf } from '../json/fields-of.ts';
import { matcher } from '../kubernetes/label-selector.ts';
import { type Labels, labelsOf, ownValue, type PodMetadata } from '../kubernetes/pod.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';

/** The objects beside workloads that checks ask, by their kinds; what the API server has of each below a namespace. */
export const SURROUNDING_KINDS = [
  { kind: 'Service', apiVersion: 'v1', plural: 'services' },
  { kind: 'ResourceQuota', apiVersion: 'v1', plural: 'resourcequotas' },
  { kind: 'LimitRange', apiVersion: 'v1', plural: 'limitranges' },
  { kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1', plural: 'networkpolicies' },
  { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers' },
] as const;

/** What stands around the pods of one workload. */
export interface Surroundings {
  /** Services that select them. */
  readonly services: readonly FitObject[];
  readonly quotas: readonly FitObject[];
  readonly limitRanges: readonly FitObject[];
  /** NetworkPolicies that select them. */
  readonly networkPolicies: readonly FitObject[];
  /** Those whose target is the workload. */
  readonly autoscalers: readonly FitObject[];
}

export const NOTHING_AROUND: Surroundings = Object.freeze({
  services: [],
  quotas: [],
  limitRanges: [],
  networkPolicies: [],
  autoscalers: [],
});

/** Finds among objects what stands around the pods of a workload. */
export function surroundingsOf(
  objects: readonly FitObject[],
  workload: Pick<FitObject, 'kind' | 'namespace' | 'name'>,
  pod: PodMetadata,
): Surroundings {
  const near = objects.filter(({ namespace }) => namespace === workload.namespace);
  const ofKind = (kind: string) => near.filter((object) => object.kind === kind);
  const labels = labelsOf(pod);
  return {
    services: ofKind('Service').filter((service) => isSelected(specOf(service).selector, labels)),
    quotas: ofKind('ResourceQuota'),
    limitRanges: ofKind('LimitRange'),
    networkPolicies: ofKind('NetworkPolicy').filter((policy) => matchesSelector(specOf(policy).podSelector, labels)),
    autoscalers: ofKind('HorizontalPodAutoscaler').filter((autoscaler) => {
      const { kind, name } = fieldsOf(specOf(autoscaler).scaleTargetRef);
      return kind === workload.kind && name === workload.name;
    }),
  };
}

// a Service without a selector selects nothing
function isSelected(selector: unknown, labels: Labels): boolean {
  const wanted = Object.entries(fieldsOf(selector));
  return wanted.length > 0 && wanted.every(([key, value]) => ownValue(labels, key) === value);
}

const OPERATORS: ReadonlySet<unknown> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

/** Whether a LabelSelector of unknown shape selects the labels; an empty one does, one that cannot be read does not. */
function matchesSelector(selector: unknown, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const expressions = itemsOf(matchExpressions);
  if (!expressions.every(isRequirement)) return false;
  const requirements = expressions as readonly Json[] as Parameters<typeof matcher>[0]['matchExpressions'];
  const equal = Object.entries(fieldsOf(matchLabels)).every(([key, value]) => ownValue(labels, key) === value);
  return equal && matcher({ matchExpressions: requirements ?? [] })(labels);
}

const isRequirement = ({ key, operator, values = [] }: Json): boolean =>
  typeof key === 'string' && OPERATORS.has(operator) && Array.isArray(values);
