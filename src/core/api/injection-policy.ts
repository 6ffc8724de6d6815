import { type Static, Type } from 'typebox';
import { LABEL_KEY, LabelSelector, selecting } from '../kubernetes/label-selector.ts';
import { SYSTEM_NAMESPACES } from '../kubernetes/system-namespaces.ts';
import { Action } from './action.ts';
import { Exclusion, GuardrailWaiver } from './policy-exceptions.ts';
import { Overrides } from './policy-overrides.ts';
import { TrafficDefaults } from './traffic/defaults.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
const NamespaceName = Type.String({ maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
const LabelKey = (preset: string, description: string) => Type.String({ default: preset, ...LABEL_KEY, description });
const LabelValue = (preset: string, description: string) =>
  Type.String({
    default: preset,
    description,
    minLength: 1,
    maxLength: 63,
    pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
  });

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
        key: LabelKey('istio-injection', 'The key of the label.'),
        enabled: LabelValue('enabled', 'The value that opens the namespace.'),
        disabled: LabelValue('disabled', 'The value that closes it.'),
      },
      { ...closed, default: {}, description: 'The label by which a namespace opts in.' },
    ),
    podKey: LabelKey('sidecar.istio.io/inject', 'The label or annotation by which a pod asks; the label counts first.'),
    revision: LabelValue('default', 'The value of the label istio.io/rev with which a namespace is open as well.'),
  },
  { ...closed, default: {}, description: 'Whether a namespace and a pod opt in, and by what.' },
);

const ProfileChoice = Type.Object(
  {
    name: Type.String({ ...Name, description: 'Of a SidecarProfile.' }),
    namespaceSelector: Type.Optional(selecting('For pods in namespaces with these labels; for all without it.')),
    podSelector: Type.Optional(selecting('For pods with these labels; for all without it.')),
  },
  closed,
);

const Ownership = Type.Object(
  {
    tribe: Type.Object(
      { namespaceLabel: LabelKey('pillion.io/tribe', 'The label of the namespace that names it.') },
      { ...closed, default: {}, description: 'The tribe of a pod.' },
    ),
    squad: Type.Object(
      { workloadLabel: LabelKey('pillion.io/squad', 'The label of the pod that names it.') },
      { ...closed, default: {}, description: 'The squad of a pod.' },
    ),
  },
  { ...closed, default: {}, description: 'Where it is written who a pod belongs to; both go into its record.' },
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
      { ...closed, default: {}, description: 'Who may open and close namespaces.' },
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
    defaults: Type.Optional(TrafficDefaults),
  },
  { ...closed, default: {}, description: 'What holds for the traffic values on Services.' },
);

const Rollout = Type.Object(
  {
    enforce: Type.Enum(['Off', 'Skip'], {
      default: 'Off',
      description:
        'Skip: a pod that asks is left alone as long as no open stage of the RolloutPlan covers it. Off: the plan decides about no pod.',
    }),
  },
  { ...closed, description: 'Whether pods are held to the stages of the RolloutPlan.' },
);

/** What decides who gets a sidecar. Cluster-scoped; the one named `default` is the active one. What a policy leaves out is as in the built-in one. */
export const InjectionPolicy = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('InjectionPolicy'),
    metadata: Type.Object({ name: Name }),
    spec: Type.Object(
      {
        mode: Type.Enum(['Enforce', 'Shadow'], {
          default: 'Enforce',
          description:
            'Enforce: it decides. Shadow: it is asked about every pod beside the one that decides, and only reported.',
        }),
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
        exclusions: Type.Array(Exclusion, {
          default: [],
          maxItems: 100,
          description: 'Pods that are never injected, whatever they ask; each with its reason and its end.',
        }),
        waivers: Type.Array(GuardrailWaiver, {
          default: [],
          maxItems: 100,
          description: 'Pods that are excused from a refusal; each with its reason and its end.',
        }),
        namespaces: Namespaces,
        traffic: Traffic,
        ownership: Ownership,
        rollout: Type.Optional(Rollout),
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
      { ...closed, default: {}, description: 'What the policy says.' },
    ),
  },
  closed,
);
export type InjectionPolicy = Static<typeof InjectionPolicy>;
