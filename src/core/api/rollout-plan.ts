import { type Static, Type } from 'typebox';
import { selecting } from '../kubernetes/label-selector.ts';
import { Gates, Share } from './rollout-gates.ts';

const closed = { additionalProperties: false };
const Name = { minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };
const Day = (description: string) =>
  Type.String({
    title: 'a day such as "2027-01-31"',
    pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
    maxLength: 10,
    description,
  });

const Stage = Type.Object(
  {
    name: Type.String({ ...Name, description: 'By which commands and metrics name the stage.' }),
    environment: Type.Optional(
      Type.String({ ...Name, description: 'The environment it belongs to; that of the plan without it.' }),
    ),
    state: Type.Enum(['Closed', 'Open'], {
      default: 'Closed',
      description: 'Whether its pods may get a sidecar. `pillion rollout open` and `rollback` write it.',
    }),
    from: Type.Optional(Day('The first day, in UTC, on which it may be opened.')),
    until: Type.Optional(Day('The last day, in UTC, on which it should be done.')),
    namespaces: Type.Optional(
      Type.Array(Type.String(Name), {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description: 'The namespaces of the stage, by name.',
      }),
    ),
    namespaceSelector: Type.Optional(selecting('Namespaces with these labels belong to it as well.')),
    podSelector: Type.Optional(selecting('Of these namespaces only the applications whose pods carry these labels.')),
    features: Type.Optional(
      Type.Array(Type.Enum(['Observability', 'Resilience']), {
        minItems: 1,
        uniqueItems: true,
        description:
          'What the stage switches on in namespaces that are in the mesh already: each becomes the label `feature.pillion.io/NAME: enabled` of the namespace, by which the policy chooses a profile.',
      }),
    ),
    gates: Type.Optional(Gates('What has to hold before this stage is opened; each one given hides that of the plan.')),
  },
  { ...closed, description: 'A part of the rollout that is opened at once.' },
);

const Goal = Type.Object(
  {
    metric: Type.Enum(['Injected', 'OptedIn'], {
      description:
        'Injected: what runs with its sidecar. OptedIn: what the policy injects, whether it was created anew since or not.',
    }),
    of: Type.Enum(['Workloads', 'Pods'], { default: 'Workloads', description: 'What is counted.' }),
    scope: Type.Object(
      {
        tribe: Type.Optional(
          Type.String({ minLength: 1, maxLength: 63, description: 'Only what belongs to this tribe.' }),
        ),
        squad: Type.Optional(
          Type.String({ minLength: 1, maxLength: 63, description: 'Only what belongs to this squad.' }),
        ),
        namespace: Type.Optional(Type.String({ ...Name, description: 'Only what is in this namespace.' })),
        stage: Type.Optional(Type.String({ ...Name, description: 'Only what is in this stage.' })),
      },
      { ...closed, default: {}, description: 'Of what; of everything that is eligible when it is left out.' },
    ),
    target: Share('The share that is to be reached, such as 80%.'),
    by: Day('The last day, in UTC, on which it counts as reached in time.'),
  },
  { ...closed, description: 'How far the rollout is to be by a day.' },
);

const Spec = Type.Object(
  {
    environment: Type.Optional(
      Type.String({
        ...Name,
        description:
          'The environment of the cluster that this plan is applied to. Stages of others are shown and not opened here.',
      }),
    ),
    paused: Type.Optional(
      Type.Object(
        { reason: Type.String({ minLength: 1, maxLength: 500, description: 'Why, for those who want to go on.' }) },
        { ...closed, description: 'No stage is opened while it is here. What is open stays open.' },
      ),
    ),
    stages: Type.Array(Stage, { minItems: 1, maxItems: 100, description: 'In the order in which they are opened.' }),
    goals: Type.Array(Goal, { default: [], maxItems: 50, description: 'What the rollout is measured by.' }),
    gates: Gates('What has to hold before a stage is opened.', {}),
  },
  closed,
);

/**
 * In which stages the sidecar is brought in, what has to hold before each, and by when how much is to be reached. In a cluster the one named
 * `default` counts.
 */
export const RolloutPlan = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('RolloutPlan'),
    metadata: Type.Object({ name: Type.String({ ...Name, maxLength: 253 }) }, closed),
    spec: Spec,
  },
  closed,
);
export type RolloutPlan = Static<typeof RolloutPlan>;
export type RolloutStage = Static<typeof Stage>;
export type RolloutGoal = Static<typeof Goal>;
