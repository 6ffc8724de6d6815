import { type Static, type TSchema, Type } from 'typebox';

export const closed = { additionalProperties: false };
export const text = (description?: string) => Type.String(description === undefined ? {} : { description });
export const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });
export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** Something that could not be read, and what to do; the rest of the answer holds. */
export const Remark = Type.Object(
  { what: text('What is missing, in one sentence.'), next: text('What to do about it.') },
  closed,
);
export type Remark = Static<typeof Remark>;

/** What stands in place of an answer that cannot be given. */
export const Refusal = Type.Object(
  { message: text('What is wrong, in one sentence.'), next: text('What to do about it.') },
  closed,
);
export type Refusal = Static<typeof Refusal>;

/** How far something is, as issue and `rollout status` count it. */
export const Counts = Type.Object(
  {
    eligible: count(),
    optedIn: count(),
    injected: count(),
    stale: count(),
    excluded: count(),
    incompatible: count(),
  },
  closed,
);

/** Counts as the API tells them. */
export const toldCounts = (counts: Readonly<Static<typeof Counts>>): Static<typeof Counts> => ({ ...counts });

/** A page of a list: give `next` as `after` to read on. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object(
    {
      items: Type.Array(item),
      total: count('How many match the filters, on all pages.'),
      next: optional(text('Where the next page begins; left out on the last one.')),
      choices: optional(
        Type.Record(Type.String(), Type.Array(Type.String()), {
          description:
            'The values that filters can have, by the name of the filter, whatever is filtered now; the first 500.',
        }),
      ),
      asOf: text('When this was read from the cluster, RFC 3339.'),
      remarks: Type.Array(Remark),
    },
    closed,
  );
