import { type Static, Type } from 'typebox';
import { LABEL_KEY, LabelSelector } from '../kubernetes/label-selector.ts';
import { SYSTEM_NAMESPACES } from '../kubernetes/system-namespaces.ts';
import { ORDINARY_ANNOTATIONS } from '../sidecar/profiles/known-annotations.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
const NamespaceName = Type.String({ maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
const LabelKey = (preset: string) => Type.String({ default: preset, ...LABEL_KEY });
const LabelValue = (preset: string) =>
  Type.String({
    default: preset,
    minLength: 1,
    maxLength: 63,
    pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
  });

const Quantity = Type.String({ maxLength: 32, description: 'A quantity of Kubernetes, such as 100m or 128Mi.' });

/** What follows when a rule is broken: the request is refused, its author is warned, or it is only recorded. */
const Action = (preset: Action, description: string) =>
  Type.Enum(['Deny', 'Warn', 'Audit'], { default: preset, description });
export type Action = 'Deny' | 'Warn' | 'Audit';

const OptIn = Type.Object(
  {
    rule: Type.Enum(['NamespaceAndPod', 'Istio'], {
      default: 'NamespaceAndPod',
      description:
        'NamespaceAndPod: the namespace is enabled and the pod asks. Istio: exactly the pods that Istio’s own injector would take.',
    }),
    autoInject: Type.Enum(['enabled', 'disabled'], {
      default: 'disabled',
      description: 'What happens to a pod that says nothing in an enabled namespace. Istio’s word for it.',
    }),
    namespaceLabel: Type.Object(
      {
        key: LabelKey('istio-injection'),
        enabled: LabelValue('enabled'),
        disabled: LabelValue('disabled'),
      },
      { ...closed, default: {} },
    ),
    podKey: LabelKey('sidecar.istio.io/inject'),
    revision: LabelValue('default'),
  },
  { ...closed, default: {} },
);

const ProfileChoice = Type.Object(
  {
    name: Name,
    namespaceSelector: Type.Optional(LabelSelector),
    podSelector: Type.Optional(LabelSelector),
  },
  closed,
);

const Ownership = Type.Object(
  {
    tribe: Type.Object({ namespaceLabel: LabelKey('pillion.io/tribe') }, { ...closed, default: {} }),
    squad: Type.Object({ workloadLabel: LabelKey('pillion.io/squad') }, { ...closed, default: {} }),
  },
  { ...closed, default: {}, description: 'Where it is written who a pod belongs to; both go into its record.' },
);

const Overrides = Type.Object(
  {
    allow: Type.Array(
      Type.Object({ key: Type.String(), min: Type.Optional(Quantity), max: Type.Optional(Quantity) }, closed),
      {
        default: ORDINARY_ANNOTATIONS.map((key) => ({ key })),
        description: 'The annotations by which a pod may change its sidecar, each with bounds of its amount.',
      },
    ),
    others: Action('Deny', 'What follows when a pod goes beyond that list, by an annotation or by an amount.'),
  },
  { ...closed, default: {} },
);

const Namespaces = Type.Object(
  {
    invalidLabel: Action('Warn', 'The opt-in label gets a value that means nothing.'),
    conflict: Action('Warn', 'Opt-in label and revision label say different things.'),
    protected: Action('Warn', 'A protected namespace is labelled, which has no effect.'),
    removalWhileInjected: Action('Warn', 'The opt-in is taken away while pods with a sidecar run.'),
    mayLabel: Type.Object(
      {
        groups: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
          default: [],
          description: 'Who may change the opt-in of a namespace; everybody who may edit it when the list is empty.',
        }),
        others: Action('Deny', 'Somebody of none of these groups changes the opt-in.'),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, default: {}, description: 'What holds for the opt-in labels of namespaces.' },
);

const Traffic = Type.Object(
  {
    invalidValues: Action(
      'Warn',
      'What a Service says about its traffic is not accepted. When it passes, what counted before stays in use.',
    ),
  },
  { ...closed, default: {}, description: 'What holds for the traffic values on Services.' },
);

/** What decides who gets a sidecar. Cluster-scoped; the one named `default` is the active one. What a policy leaves out is as in the built-in one. */
export const InjectionPolicy = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('InjectionPolicy'),
    metadata: Type.Object({ name: Name }),
    spec: Type.Object(
      {
        optIn: OptIn,
        protectedNamespaces: Type.Array(NamespaceName, {
          default: [...SYSTEM_NAMESPACES],
          description:
            'Never injected, whatever they or their pods say. The system namespaces and Pillion’s own are so even when they are missing here.',
        }),
        neverInject: Type.Array(LabelSelector, {
          default: [],
          description: 'Silent pods with these labels are left alone.',
        }),
        alwaysInject: Type.Array(LabelSelector, {
          default: [],
          description: 'Silent pods with these labels are injected.',
        }),
        profiles: Type.Array(ProfileChoice, {
          minItems: 1,
          default: [{ name: 'envoy' }],
          description: 'The first whose selectors match is used; the last has none and is the default.',
        }),
        overrides: Overrides,
        namespaces: Namespaces,
        traffic: Traffic,
        ownership: Ownership,
        onError: Type.Enum(['Refuse', 'Admit'], {
          default: 'Refuse',
          description: 'What becomes of a pod when Pillion itself fails on it.',
        }),
        finalState: Type.Enum(['Deny', 'Warn', 'Off'], {
          default: 'Deny',
          description:
            'What the API server itself does with a pod that was to be injected and lacks the sidecar, also while Pillion is down.',
        }),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);
export type InjectionPolicy = Static<typeof InjectionPolicy>;
