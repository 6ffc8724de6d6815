import { type Static, Type } from 'typebox';
import { closed, optional, text } from './document.ts';
import { Check, Finding, Setting } from './workloads.ts';

// a pod of 1 MB and a policy beside it
export const MOST_PLAYGROUND_BYTES = 3_000_000;

/** What is tried: manifests, and by which policy. Nothing is stored, and nothing reaches the API server. */
export const PlaygroundQuestion = Type.Object(
  {
    manifests: text(
      'YAML or JSON, several documents too: pods or workloads of any kind, and Namespaces for their labels.',
    ),
    policy: optional(text('InjectionPolicy and SidecarProfile documents to be compared with what is in force.')),
    namespace: optional(
      text(
        'Where documents belong that name none; default when left out. In a cluster with too many namespaces to ask for each, the one whose labels are known.',
      ),
    ),
  },
  closed,
);
export type PlaygroundQuestion = Static<typeof PlaygroundQuestion>;

export const TextProblem = Type.Object(
  {
    source: Type.Enum(['manifests', 'policy']),
    line: optional(Type.Integer()),
    column: optional(Type.Integer()),
    path: text(),
    message: text(),
  },
  closed,
);
export type TextProblem = Static<typeof TextProblem>;

export const TriedAnswer = Type.Object(
  {
    verdict: Type.Enum(['inject', 'skip', 'deny', 'error']),
    reason: text(),
    says: text(),
    rule: text(),
    also: Type.Array(text()),
    hints: Type.Array(text()),
    problems: Type.Array(Type.Object({ path: text(), message: text() }, closed)),
    checks: Type.Array(Check),
    settings: Type.Array(Setting),
    diff: text('A unified diff of the pod or workload as YAML; empty when nothing changes.'),
  },
  closed,
);
export type TriedAnswer = Static<typeof TriedAnswer>;

export const PlaygroundAnswer = Type.Object(
  {
    problems: Type.Array(TextProblem),
    workloads: Type.Array(
      Type.Object(
        {
          kind: text(),
          namespace: text(),
          name: text(),
          namespaceKnown: Type.Boolean({
            description: 'Whether the labels of its namespace are those of the cluster or of a pasted Namespace.',
          }),
          active: TriedAnswer,
          pasted: optional(TriedAnswer),
          findings: Type.Array(Finding),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type PlaygroundAnswer = Static<typeof PlaygroundAnswer>;
