import { type Static, Type } from 'typebox';
import { closed, count, optional, Remark, text } from './document.ts';

const At = Type.Object(
  { now: optional(Type.Number()), afterStage: optional(Type.Number()), everything: optional(Type.Number()) },
  closed,
);

/** What the rollout takes now, after the next stage, and when everything has its sidecar that can. */
export const CapacityView = Type.Object(
  {
    asOf: text(),
    stage: optional(text('Which is opened next.')),
    lines: Type.Array(
      Type.Object(
        { what: text(), unit: text(), at: At, basis: Type.Enum(['measured', 'from', 'assumed']), basisOf: text() },
        closed,
      ),
    ),
    squads: Type.Array(Type.Object({ name: text(), sidecars: At, memory: At }, closed)),
    namespaces: Type.Array(Type.Object({ name: text(), sidecars: At, memory: At }, closed)),
    quotas: Type.Array(Type.Object({ namespace: text(), quota: text(), says: text(), lacks: Type.Boolean() }, closed)),
    leftOut: Type.Array(Type.Object({ reason: text(), workloads: count(), pods: count() }, closed)),
    remarks: Type.Array(Remark),
  },
  closed,
);
export type CapacityView = Static<typeof CapacityView>;
