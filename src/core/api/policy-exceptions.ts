import { type Static, Type } from 'typebox';
import { selecting } from '../kubernetes/label-selector.ts';

const closed = { additionalProperties: false };

const Reason = Type.String({ minLength: 10, maxLength: 500, description: 'Why, for those who read it later.' });
const Expires = Type.String({
  title: 'a day such as "2027-01-31"',
  pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  maxLength: 10,
  description: 'The last day, in UTC, on which it counts. It then ends by itself.',
});

const Selectors = {
  namespaceSelector: Type.Optional(selecting('Pods in namespaces with these labels.')),
  podSelector: Type.Optional(selecting('Pods with these labels.')),
};

/** Pods that are never injected. */
export const Exclusion = Type.Object({ ...Selectors, reason: Reason, expires: Expires }, closed);
export type Exclusion = Static<typeof Exclusion>;

/** The refusals that a policy can excuse pods from: what it refuses beside them, the API server or the pod itself could not bear. */
export const WAIVABLE_REASONS = [
  'override-forbidden',
  'override-out-of-bounds',
  'uid-conflict',
  'job-needs-native-sidecar',
] as const;
export type WaivableReason = (typeof WAIVABLE_REASONS)[number];

/** Pods that are excused from one refusal. */
export const GuardrailWaiver = Type.Object(
  {
    rule: Type.Enum([...WAIVABLE_REASONS], { description: 'The refusal that they are excused from.' }),
    scope: Type.Object(Selectors, { ...closed, description: 'Which pods; both selectors have to match.' }),
    reason: Reason,
    expires: Expires,
  },
  closed,
);
export type GuardrailWaiver = Static<typeof GuardrailWaiver>;
