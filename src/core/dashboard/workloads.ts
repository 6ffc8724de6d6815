import { type Static, Type } from 'typebox';
import { Counts, closed, count, optional, pageOf, text } from './document.ts';

export const NamespaceRow = Type.Object(
  {
    name: text(),
    tribe: optional(text()),
    stage: optional(text('The stages to which it belongs, with commas between them.')),
    optIn: Type.Enum(['enabled', 'disabled', 'notEnabled', 'invalid', 'protected', 'otherRevision']),
    optInSays: text('Why, in one sentence.'),
    pods: Counts,
    workloads: Counts,
    toMend: count('Pods whose state needs somebody: missing, stale or unexpected sidecars.'),
  },
  closed,
);
export const NamespacePage = pageOf(NamespaceRow);
export type NamespacePage = Static<typeof NamespacePage>;
export type NamespaceRow = Static<typeof NamespaceRow>;

export const WorkloadRow = Type.Object(
  {
    namespace: text(),
    kind: text('With the group where it is none of Kubernetes’ own.'),
    name: text(),
    tribe: optional(text()),
    squad: optional(text()),
    stage: optional(text('The stages to which it belongs, with commas between them.')),
    verdict: Type.Enum(['inject', 'skip', 'deny', 'error']),
    reason: text('As in docs/reasons.md.'),
    says: text('The reason in one sentence.'),
    pods: count(),
    states: Type.Record(Type.String(), count(), { description: 'How many pods are in each state of the scan.' }),
    findings: count('Of the compatibility check.'),
    compatibility: Type.Enum(['compatible', 'needsChanges', 'incompatible', 'unknown']),
  },
  closed,
);
export type WorkloadRow = Static<typeof WorkloadRow>;
export const WorkloadPage = pageOf(WorkloadRow);
export type WorkloadPage = Static<typeof WorkloadPage>;

export const Setting = Type.Object(
  { setting: text(), value: text(), origin: text('Policy, profile, namespace or annotation, with its name.') },
  closed,
);
export type Setting = Static<typeof Setting>;
export const Finding = Type.Object(
  {
    code: text('Such as FIT011.'),
    level: text(),
    title: text(),
    evidence: text(),
    remedy: text(),
    suppressed: optional(text('Why.')),
  },
  closed,
);
export type Finding = Static<typeof Finding>;
export const Check = Type.Object({ check: text(), answer: text(), decisive: Type.Boolean() }, closed);
export type Check = Static<typeof Check>;

/** One workload: what becomes of its pods and why, and what to do. */
export const WorkloadDetail = Type.Object(
  {
    asOf: text(),
    row: WorkloadRow,
    rule: text('JSON pointer into the policy that decided.'),
    also: Type.Array(text()),
    hints: Type.Array(text()),
    checks: Type.Array(Check),
    settings: Type.Array(Setting),
    findings: Type.Array(Finding),
    pods: Type.Array(Type.Object({ name: text(), state: text(), says: text(), next: optional(text()) }, closed), {
      description: 'The first 100.',
    }),
    next: Type.Array(text('What to do next, the first thing first; commands stand in backticks.')),
  },
  closed,
);
export type WorkloadDetail = Static<typeof WorkloadDetail>;
