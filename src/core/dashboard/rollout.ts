import { type Static, Type } from 'typebox';
import { Counts, closed, count, optional, Remark, text } from './document.ts';

const Gate = Type.Object(
  {
    gate: text(),
    state: Type.Enum(['passed', 'failed', 'unknown']),
    says: text('What was measured and what was asked for.'),
    next: optional(text()),
    query: optional(text('What Prometheus was asked.')),
  },
  closed,
);

export const Stage = Type.Object(
  {
    name: text(),
    state: Type.Enum(['Open', 'Closed']),
    from: optional(text('The day it begins.')),
    to: optional(text('The day it ends.')),
    namespaces: Type.Array(text()),
    features: Type.Array(text()),
    pods: Counts,
    workloads: Counts,
    gates: Type.Array(Gate),
    gatesOf: optional(text('When and by whom the gates were asked, in one phrase.')),
    acknowledgements: Type.Array(
      Type.Object(
        {
          squad: text(),
          workloads: count(),
          state: Type.Enum(['acknowledged', 'outdated', 'missing']),
          by: optional(text()),
        },
        closed,
      ),
    ),
    commands: Type.Array(
      Type.Object({ does: text('Such as Open this stage.'), command: text('A whole line for a terminal.') }, closed),
    ),
  },
  closed,
);
export type Stage = Static<typeof Stage>;

/** The plan of the rollout; it is changed by the commands, and not here. */
export const Rollout = Type.Object(
  {
    asOf: text('RFC 3339.'),
    plan: optional(text('The name of the RolloutPlan; left out where there is none.')),
    paused: optional(text('Why, where it is paused.')),
    enforced: Type.Boolean({ description: 'Whether admission is held to the open stages.' }),
    stages: Type.Array(Stage),
    actions: Type.Array(
      Type.Object(
        {
          at: text(),
          by: text(),
          did: text(),
          stage: optional(text()),
          reason: optional(text()),
          forced: optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    commands: Type.Array(Type.Object({ does: text(), command: text() }, closed)),
    remarks: Type.Array(Remark),
  },
  closed,
);
export type Rollout = Static<typeof Rollout>;

/** The briefing of a stage, as `pillion rollout brief STAGE -o md` writes it, to be shown as it is. */
export const Briefing = Type.Object(
  { stage: text(), html: text('A whole document without scripts.'), markdown: text() },
  closed,
);
export type Briefing = Static<typeof Briefing>;
