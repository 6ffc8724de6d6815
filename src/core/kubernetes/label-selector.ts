import { type Static, Type } from 'typebox';
import { type Labels, ownValue } from './pod.ts';

const closed = { additionalProperties: false };
/** What the API server accepts as the key of a label; it would refuse the webhook configuration that carries anything else. */
export const LABEL_KEY = {
  maxLength: 317,
  pattern:
    '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
};
const Key = Type.String({ ...LABEL_KEY, description: 'The key of a label.' });
const LABEL_VALUE = '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$';
const Value = Type.String({ pattern: LABEL_VALUE });

const key = new RegExp(LABEL_KEY.pattern);
const value = new RegExp(LABEL_VALUE);
/** Whether the API server takes it as the key of a label or an annotation. */
export const isLabelKey = (text: string): boolean => text.length <= LABEL_KEY.maxLength && key.test(text);
/** Whether the API server takes it as the value of a label. */
export const isLabelValue = (text: string): boolean => value.test(text);
const OPERATOR = { description: 'How the value of the label has to be related to `values`.' };
const Values = Type.Array(Value, { minItems: 1, description: 'Values of the label, for In and NotIn.' });
const Requirement = Type.Union([
  Type.Object({ key: Key, operator: Type.Enum(['Exists', 'DoesNotExist'], OPERATOR) }, closed),
  Type.Object({ key: Key, operator: Type.Enum(['In', 'NotIn'], OPERATOR), values: Values }, closed),
]);

const CLOSED = { ...closed, minProperties: 1 };

/** Kubernetes' own LabelSelector; an empty one would select everything and is refused, also in its parts. */
export const LabelSelector = Type.Object(
  {
    // a bare `false` is more than the library's own Default can take
    matchLabels: Type.Optional(
      Type.Record(Key, Value, {
        additionalProperties: Type.Never(),
        minProperties: 1,
        description: 'Labels with exactly these values.',
      }),
    ),
    matchExpressions: Type.Optional(
      Type.Array(Requirement, { minItems: 1, description: 'Requirements of labels; all have to be met.' }),
    ),
  },
  CLOSED,
);
export type LabelSelector = Static<typeof LabelSelector>;
export type LabelRequirement = Static<typeof Requirement>;

/** The same with what it selects. */
export const selecting = (description: string) => Type.Object(LabelSelector.properties, { ...CLOSED, description });

/** The selector as one list of requirements, in the order in which they were written. */
export function requirementsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelRequirement[] {
  const equalities = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    operator: 'In' as const,
    values: [value],
  }));
  return [...equalities, ...matchExpressions];
}

/** Whether labels meet a requirement; an absent label meets NotIn, as in Kubernetes. */
function meets(labels: Labels, requirement: LabelRequirement): boolean {
  const value = ownValue(labels, requirement.key);
  switch (requirement.operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
  }
}

export type LabelMatcher = (labels: Labels) => boolean;

/** The selector as a predicate; every requirement has to be met. */
export function matcher(selector: LabelSelector): LabelMatcher {
  const requirements = requirementsOf(selector);
  return (labels) => requirements.every((requirement) => meets(labels, requirement));
}
