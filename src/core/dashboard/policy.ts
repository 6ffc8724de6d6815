import { type Static, Type } from 'typebox';
import { closed, count, optional, Remark, text } from './document.ts';

/** The policy in force, what policies in mode Shadow would change, and what was in force before. */
export const PolicyView = Type.Object(
  {
    asOf: text(),
    active: Type.Object(
      {
        name: text(),
        revision: text(),
        source: text('An InjectionPolicy, a file, or the built-in one.'),
        yaml: text('What is in force, defaults filled in.'),
        effective: Type.Array(
          Type.Object(
            {
              path: text('JSON pointer.'),
              value: text(),
              origin: text(),
              isBuiltIn: Type.Boolean({ description: 'As Pillion brings it, whether somebody has written it or not.' }),
            },
            closed,
          ),
        ),
        problems: Type.Array(text('Of objects that are not in force, with the reason.')),
      },
      closed,
    ),
    profiles: Type.Array(Type.Object({ name: text(), kind: text(), revision: text(), yaml: text() }, closed)),
    shadows: Type.Array(
      Type.Object(
        {
          policy: text(),
          revision: text(),
          decisions: count('How many were compared.'),
          differences: count(),
          byDifference: Type.Array(
            Type.Object({ difference: text(), count: count(), example: optional(text()) }, closed),
          ),
        },
        closed,
      ),
    ),
    history: Type.Array(
      Type.Object({ at: text(), by: text(), policy: text(), revision: text(), changes: Type.Array(text()) }, closed),
    ),
    remarks: Type.Array(Remark),
  },
  closed,
);
export type PolicyView = Static<typeof PolicyView>;
