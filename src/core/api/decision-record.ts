import { type Static, Type } from 'typebox';
import { HOOKS } from '../admission/hook.ts';
import { HINTS } from '../decision/hints.ts';
import { REASONS } from '../decision/reasons.ts';
import { AnyKey } from '../json/any-key.ts';

const closed = { additionalProperties: false };
const Reason = Type.Enum([...REASONS.keys()]);
const Strings = Type.Record(AnyKey, Type.String());
const described = (description: string) => Type.String({ description });

/** The version of this schema; it changes when a field changes its meaning or goes away. */
export const RECORD_SCHEMA = 'pillion.io/decision-record/v1';

/** One decision, as it is logged, replayed and reviewed. */
export const DecisionRecord = Type.Object(
  {
    schema: Type.Literal(RECORD_SCHEMA),
    recordId: described(
      'Derived from the first request’s uid, for the hook watch from uid and version of the object; also on the pod and in the API server’s audit log.',
    ),
    time: Type.String({ format: 'date-time' }),
    uid: described('The uid of the request, chosen by the API server; empty for the hook watch.'),
    hook: Type.Enum([...HOOKS, 'watch'], {
      description: 'Where the decision was made; watch: a change that passed by every hook was seen afterwards.',
    }),
    caller: Type.Enum(['Unauthenticated', 'ClientCertificate', 'ApiServer'], {
      description:
        'How the caller proved to be the API server; an unauthenticated caller may be anybody. ApiServer: the watch read it there.',
    }),
    verdict: Type.Enum(['inject', 'skip', 'deny', 'allow', 'error'], {
      description:
        'Of a pod: inject, skip or deny; at the hook workloads, what will become of the pods. Of a namespace, a Service or an object of Pillion’s own: allow or deny. error: Pillion itself failed.',
    }),
    reason: Reason,
    rule: described('JSON pointer into the policy.'),
    also: Type.Array(Reason),
    hints: Type.Array(
      Type.Object(
        {
          code: Type.Enum(Object.keys(HINTS)),
          message: Type.String(),
          auditOnly: Type.Optional(Type.Literal(true, { description: 'Nobody was warned.' })),
        },
        closed,
      ),
    ),
    problems: Type.Array(Type.Object({ path: Type.String(), message: Type.String() }, closed)),
    message: Type.Optional(described('What went wrong, for the verdict error.')),
    operation: Type.String(),
    dryRun: Type.Boolean(),
    namespace: Type.String(),
    pod: Type.Optional(Type.String()),
    podUid: Type.Optional(described('Known to the hook warn, which sees the final pod.')),
    generateName: Type.Optional(Type.String()),
    owner: Type.Optional(Type.Object({ apiVersion: Type.String(), kind: Type.String(), name: Type.String() }, closed)),
    controllerUid: Type.Optional(
      described(
        'The uid of the controller that the pod or workload belongs to: the workload.uid of that one’s record.',
      ),
    ),
    workload: Type.Optional(
      Type.Object(
        {
          apiVersion: Type.String(),
          kind: Type.String(),
          name: Type.String(),
          uid: Type.Optional(Type.String()),
          template: described(
            'Digest of the pod template without what controllers write into it: equal for a Deployment and its ReplicaSet.',
          ),
        },
        { ...closed, description: 'At the hook workloads: what was applied.' },
      ),
    ),
    object: Type.Optional(
      Type.Object(
        { kind: Type.String(), name: Type.String() },
        {
          ...closed,
          description:
            'At the hooks policies and services: which object of Pillion’s own or which Service was changed.',
        },
      ),
    ),
    tribe: Type.Optional(described('From the label of the namespace that the policy names.')),
    squad: Type.Optional(described('From the label of the pod that the policy names.')),
    user: described('Who the API server says made the request; behind a pod that is nearly always a controller.'),
    policy: Type.Object({ name: Type.String(), revision: Type.String() }, closed),
    profile: Type.Optional(Type.String()),
    settings: Type.Array(Type.Object({ setting: Type.String(), value: Type.String(), origin: Type.String() }, closed), {
      description: 'What the pod changed about its sidecar; everything else is as the profile says.',
    }),
    inputs: Type.Object(
      {
        namespaceLabels: Strings,
        previousNamespaceLabels: Type.Optional(Strings),
        podLabels: Strings,
        podAnnotations: Strings,
        serviceAnnotations: Type.Optional(Strings),
      },
      { ...closed, description: 'The labels and annotations that were read, and nothing else of the object.' },
    ),
    reinvoked: Type.Optional(
      Type.Boolean({ description: 'The pod carried an earlier injection, which was completed.' }),
    ),
    patch: Type.Optional(
      Type.Object({ digest: Type.String(), bytes: Type.Integer(), operations: Type.Integer() }, closed),
    ),
    durationMicroseconds: Type.Optional(
      Type.Integer({
        description:
          'Written by the server: from the last byte of the review to its answer, a live read of the namespace included.',
      }),
    ),
  },
  closed,
);
export type DecisionRecord = Static<typeof DecisionRecord>;
