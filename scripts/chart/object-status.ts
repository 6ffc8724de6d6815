import type { JsonSchema } from './structural-schema.ts';

const GENERATION: JsonSchema = {
  type: 'integer',
  format: 'int64',
  description: 'The generation of the object that this is said of.',
};

// as metav1.Condition
export const conditionsOf = (types: string, description: string): JsonSchema => ({
  type: 'array',
  description,
  items: {
    type: 'object',
    properties: {
      type: { type: 'string', maxLength: 316, description: `${types}.` },
      status: { type: 'string', enum: ['True', 'False', 'Unknown'], description: 'Whether it is so.' },
      observedGeneration: GENERATION,
      lastTransitionTime: { type: 'string', format: 'date-time', description: 'Since when the status is this one.' },
      reason: { type: 'string', maxLength: 1024, description: 'Why, in one word.' },
      message: { type: 'string', maxLength: 32768, description: 'Why, for people.' },
    },
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
});

const CONDITIONS = conditionsOf(
  'Accepted or InForce',
  'Accepted: whether Pillion can use the object; the message names every problem. InForce: whether it counts, and as what.',
);

const count = (description: string): JsonSchema => ({ type: 'integer', format: 'int64', description });
const text = (maxLength: number, description: string): JsonSchema => ({ type: 'string', maxLength, description });

const RECENT: JsonSchema = {
  type: 'array',
  description: 'Whose pods it would treat otherwise: each owner once, the last one first.',
  maxItems: 10,
  items: {
    type: 'object',
    properties: {
      namespace: text(63, 'Of the owner.'),
      owner: text(512, 'Such as Deployment/web.'),
      before: text(128, 'What the policy in force decided, and why.'),
      after: text(128, 'What this one said.'),
      time: { type: 'string', format: 'date-time', description: 'When it was decided the last time.' },
    },
    required: ['namespace', 'owner', 'before', 'after', 'time'],
  },
  'x-kubernetes-list-type': 'atomic',
};

const REPLICAS: JsonSchema = {
  type: 'array',
  description: 'What each replica decides by, or what a policy in mode Shadow said to it. Each writes its own entry.',
  // more than the chart can have
  maxItems: 256,
  items: {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 253, description: 'The name of its pod.' },
      revision: { type: 'string', maxLength: 64, description: 'The revision of the policy that it decides by.' },
      observedGeneration: GENERATION,
      since: {
        type: 'string',
        format: 'date-time',
        description: 'Since when it decides by that revision, or asks it.',
      },
      injected: count('How many pods it injected by that policy since it first decided by it.'),
      leftAlone: count('How many pods it left alone, of those that come by.'),
      refused: count('How many pods it refused.'),
      decisions: count('Of a policy in mode Shadow: how many decisions it was asked about since then.'),
      differing: count('In how many it said otherwise.'),
      failed: count('In how many it failed.'),
      recent: RECENT,
    },
    required: ['name', 'revision', 'observedGeneration', 'since'],
  },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
};

const status = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  description: 'What became of the object. Only Pillion writes it.',
  properties: { observedGeneration: GENERATION, conditions: CONDITIONS, ...properties },
});

export const POLICY_STATUS = status({ replicas: REPLICAS });
export const PROFILE_STATUS = status({});
export const PLAN_STATUS = status({});

/** Columns of `kubectl get`. */
export const conditionColumns = [
  ['Accepted', '.status.conditions[?(@.type=="Accepted")].status'],
  ['InForce', '.status.conditions[?(@.type=="InForce")].reason'],
] as const;
