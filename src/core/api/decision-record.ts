import { type Static, Type } from 'typebox';
import { HOOKS } from '../admission/hook.ts';
import { HINTS } from '../decision/hints.ts';
import { REASONS, type Verdict } from '../decision/reasons.ts';
import { SHADOW_DIFFERENCES } from '../decision/shadow-differences.ts';
import { AnyKey } from '../json/any-key.ts';

const closed = { additionalProperties: false };
const Reason = Type.Enum([...REASONS.keys()]);
const Strings = Type.Record(AnyKey, Type.String());
const Keys = Type.Array(Type.String());
const described = (description: string) => Type.String({ description });

/** The version of this schema; it changes when a field changes its meaning or goes away. */
export const RECORD_SCHEMA = 'pillion.io/decision-record/v1';

const VERDICTS: Verdict[] = ['inject', 'skip', 'deny', 'allow', 'error'];

/** What a policy in mode Shadow says otherwise than the active one. */
export const RecordedShadow = Type.Object(
  {
    policy: Type.String(),
    revision: Type.String(),
    verdict: Type.Enum(VERDICTS),
    reason: Reason,
    rule: described('JSON pointer into that policy.'),
    profile: Type.Optional(described('What it would have rendered, where it injects.')),
    differs: Type.Array(Type.Enum([...SHADOW_DIFFERENCES])),
    places: Type.Optional(Type.Array(Type.String(), { description: 'Where the sidecar differs; the first 8 places.' })),
    against: Type.Optional(
      Type.Object(
        { verdict: Type.Enum(VERDICTS), reason: Reason },
        {
          ...closed,
          description:
            'What the active policy decides of the pod before it has a sidecar, where this record tells what stands there at the end.',
        },
      ),
    ),
    message: Type.Optional(described('What went wrong, for the verdict error.')),
  },
  closed,
);
export type RecordedShadow = Static<typeof RecordedShadow>;

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
    verdict: Type.Enum(VERDICTS, {
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
    checked: Type.Optional(
      Type.Object(
        {
          profile: described('Revision of the profile: equal ones render alike.'),
          refusals: described(
            'Digest of what of profile and policy, `overrides` apart, a refusal can depend on: under equal ones the same pod is refused alike.',
          ),
          waived: Type.Optional(Type.Array(Reason, { description: 'Refusals that a waiver of the policy excused.' })),
          besides: Type.Optional(
            Type.Array(Reason, {
              description: 'Refusals for overrides that hold whatever `overrides` of the policy says.',
            }),
          ),
        },
        { ...closed, description: 'By what the pod was checked, so that another policy can be tried on the record.' },
      ),
    ),
    settings: Type.Array(
      Type.Object(
        {
          setting: Type.String(),
          value: Type.String(),
          origin: Type.String(),
          paths: Type.Optional(
            Type.Array(Type.String(), {
              description: 'Of a setting that mounts something: where; left out beyond 64.',
            }),
          ),
        },
        closed,
      ),
      {
        description:
          'What a pod that is injected or refused changed about its sidecar; everything else is as the profile says.',
      },
    ),
    inputs: Type.Object(
      {
        namespaceLabels: Strings,
        previousNamespaceLabels: Type.Optional(Strings),
        podLabels: Strings,
        podAnnotations: Strings,
        serviceAnnotations: Type.Optional(Strings),
        keys: Type.Optional(
          Type.Object(
            {
              mark: described('The label and annotation by which pods ask.'),
              namespaceLabels: Keys,
              podLabels: Keys,
            },
            {
              ...closed,
              description:
                'The keys that were looked for because the policy names them, found or not; of each list the first 64.',
            },
          ),
        ),
      },
      { ...closed, description: 'The labels and annotations that were read, and nothing else of the object.' },
    ),
    reinvoked: Type.Optional(
      Type.Boolean({ description: 'The pod carried an earlier injection, which was completed.' }),
    ),
    shadows: Type.Optional(
      Type.Array(RecordedShadow, {
        description: 'The policies in mode Shadow that say otherwise. Nothing of this is in any answer.',
      }),
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
