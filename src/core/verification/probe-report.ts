import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { AnyKey } from '../json/any-key.ts';
import { parsedJson } from '../json/parsed.ts';

const closed = { additionalProperties: false };
const Count = Type.Integer({ minimum: 0 });

/** Requests that ended alike. */
const Answers = Type.Object(
  {
    /** A status; `none` where the connection ended without one; `given up` where the probe’s time was over. */
    answer: Type.String({ pattern: '^([1-5][0-9][0-9]|none|given up)$' }),
    count: Count,
    leastMs: Count,
    mostMs: Count,
  },
  closed,
);
export type Answers = Static<typeof Answers>;

/** What a probe saw. */
const ProbeReport = Type.Object(
  {
    sent: Count,
    answers: Type.Array(Answers),
    /** So many requests were certainly under way at once. */
    atOnce: Count,
    /** By how much the counters of the sidecar grew, by their names; what did not grow is left out. */
    counted: Type.Record(AnyKey, Count),
  },
  closed,
);
export type ProbeReport = Static<typeof ProbeReport>;

const Ending = Type.Union([ProbeReport, Type.Object({ problem: Type.String() }, closed)]);
/** How a probe ended: with what it saw, or with why it could not look. */
export type ProbeEnding = Static<typeof Ending>;

const compiled = Compile(Ending);

/** Takes what a container left as its last message; undefined where that is no report: anybody may write there. */
export function readProbeEnding(text: string): ProbeEnding | undefined {
  const value = parsedJson(text);
  return compiled.Check(value) ? value : undefined;
}
