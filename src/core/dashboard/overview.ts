import { type Static, Type } from 'typebox';
import { Counts, closed, count, optional, Remark, text } from './document.ts';

/** A point of the month, ordered by time; the last one is what runs now. */
const AdoptionSample = Type.Object({ at: text('RFC 3339.'), pods: Counts, workloads: Counts }, closed);

const Goal = Type.Object(
  {
    metric: text('As in the plan, such as Injected.'),
    of: Type.Enum(['Pods', 'Workloads'], { description: 'What is counted.' }),
    scope: text('Of what, in one phrase.'),
    isWhole: Type.Boolean({ description: 'Whether it is of the whole cluster, as the samples are.' }),
    target: Type.Number({ description: 'A share from 0 to 1.' }),
    by: text('The day, as in 2027-01-31.'),
    now: optional(Type.Number({ description: 'The share today; left out where nothing is eligible.' })),
    says: text('Whether and when it will be reached at the pace of the last two weeks, in one sentence.'),
  },
  closed,
);

const StageMark = Type.Object(
  { at: text('RFC 3339.'), stage: text(), what: text('Opened, RolledBack, Planned and so on.') },
  closed,
);

/** How far the rollout is, what is decided, and how Pillion itself is. */
export const Overview = Type.Object(
  {
    asOf: text('RFC 3339.'),
    version: text(),
    cluster: Type.Object(
      {
        namespaces: count(),
        pods: count(),
        workloads: count(),
        incompatible: count('Workloads that pillion check calls so, whether they are eligible or not.'),
      },
      closed,
    ),
    samples: Type.Array(AdoptionSample),
    goals: Type.Array(Goal),
    marks: Type.Array(StageMark),
    verdicts: Type.Object(
      {
        since: text('RFC 3339: from then on this feed is known.'),
        byVerdict: Type.Record(Type.String(), count()),
        byReason: Type.Array(Type.Object({ reason: text(), verdict: text(), count: count() }, closed)),
      },
      closed,
    ),
    health: Type.Array(
      Type.Object(
        {
          part: text('Such as webhook, certificate, policy, scan, replicas.'),
          state: Type.Enum(['good', 'warning', 'bad', 'unknown']),
          says: text(),
          next: optional(text()),
        },
        closed,
      ),
    ),
    remarks: Type.Array(Remark),
  },
  closed,
);
export type Overview = Static<typeof Overview>;
