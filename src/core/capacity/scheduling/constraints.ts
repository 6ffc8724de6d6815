import { itemsOf, type Json } from '../../compatibility/fit-object.ts';
import { asText } from '../../json/as-text.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { ownValue } from '../../kubernetes/pod.ts';
import type { NodeShape } from './node-shape.ts';

/** On which nodes a pod may be, whatever else is there. */
export interface Constraints {
  readonly nodeSelector: Readonly<Record<string, unknown>>;
  /** Of its required node affinity; one of them has to hold. */
  readonly terms: readonly Json[] | undefined;
  readonly tolerations: readonly Json[];
  /** The same for pods that are told alike. */
  readonly key: string;
}

/** What of a pod says on which nodes it may be. */
export function constraintsOf(spec: Json): Constraints {
  const required = fieldsOf(fieldsOf(spec.affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution;
  const nodeSelector = fieldsOf(spec.nodeSelector);
  const terms = required === undefined ? undefined : itemsOf(fieldsOf(required).nodeSelectorTerms);
  const tolerations = itemsOf(spec.tolerations);
  return { nodeSelector, terms, tolerations, key: JSON.stringify([nodeSelector, terms, tolerations]) };
}

/** What else a pod says about its place that is not looked at here, in words. */
export function overlooked(spec: Json): readonly string[] {
  const { podAffinity, podAntiAffinity } = fieldsOf(spec.affinity);
  const isRequired = (affinity: unknown) =>
    itemsOf(fieldsOf(affinity).requiredDuringSchedulingIgnoredDuringExecution).length > 0;
  const hard = itemsOf(spec.topologySpreadConstraints).some(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  const hostPort = itemsOf(spec.containers).some(({ ports }) => itemsOf(ports).some((port) => port.hostPort));
  const claims = itemsOf(spec.volumes).some((volume) => volume.persistentVolumeClaim || volume.ephemeral);
  return [
    ...(isRequired(podAffinity) || isRequired(podAntiAffinity) ? ['required affinity to other pods'] : []),
    ...(hard ? ['topology spread that must hold'] : []),
    ...(hostPort ? ['host ports'] : []),
    ...(claims ? ['volumes that are bound to a zone or a node'] : []),
  ];
}

/** Whether the pod may be on the node, as far as labels, taints and cordons say. */
export function mayBeOn({ nodeSelector, terms, tolerations }: Constraints, node: NodeShape): boolean {
  const taints = node.unschedulable ? [...node.taints, CORDON] : node.taints;
  return (
    Object.entries(nodeSelector).every(([key, value]) => ownValue(node.labels, key) === value) &&
    (terms === undefined || terms.some((term) => termHolds(term, node))) &&
    taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((one) => tolerates(one, taint)))
  );
}

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

// Kubernetes, staging/src/k8s.io/api/core/v1/toleration.go
const tolerates = ({ key = '', operator = 'Equal', value = '', effect }: Json, taint: Json): boolean =>
  (effect === undefined || effect === '' || effect === taint.effect) &&
  (key === '' ? operator === 'Exists' : key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? ''));

// Kubernetes, component-helpers/scheduling/corev1/nodeaffinity: an empty term holds nowhere
function termHolds({ matchExpressions, matchFields }: Json, { name, labels }: NodeShape): boolean {
  const [expressions, fields] = [itemsOf(matchExpressions), itemsOf(matchFields)];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((one) => meets(one, ownValue(labels, asText(one.key)))) &&
    fields.every((one) => meets(one, one.key === 'metadata.name' ? name : undefined))
  );
}

function meets({ operator, values }: Json, value: string | undefined): boolean {
  const listed: readonly unknown[] = Array.isArray(values) ? values : [];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && listed.includes(value);
  if (operator === 'NotIn') return value === undefined || !listed.includes(value);
  if (value === undefined || !/^-?\d+$/.test(value)) return false;
  return operator === 'Gt' ? Number(value) > Number(listed[0]) : Number(value) < Number(listed[0]);
}
