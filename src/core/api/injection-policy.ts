import { type Static, Type } from 'typebox';
import { LabelSelector } from '../kubernetes/label-selector.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
const NamespaceName = Type.String({ maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
const LabelKey = Type.String({ minLength: 1, maxLength: 317, pattern: '^([a-z0-9.-]+/)?[A-Za-z0-9][-A-Za-z0-9_.]*$' });
const LabelValue = Type.String({ minLength: 1, maxLength: 63, pattern: '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$' });

const OptIn = Type.Object(
  {
    rule: Type.Enum(['NamespaceAndPod', 'Istio'], {
      description:
        'NamespaceAndPod: the namespace is enabled and the pod asks. Istio: exactly the pods that Istio’s own injector would take.',
    }),
    autoInject: Type.Enum(['enabled', 'disabled'], {
      description: 'What happens to a pod that says nothing in an enabled namespace. Istio’s word for it.',
    }),
    namespaceLabel: Type.Object({ key: LabelKey, enabled: LabelValue, disabled: LabelValue }, closed),
    podKey: LabelKey,
    revision: LabelValue,
  },
  closed,
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
    tribe: Type.Object({ namespaceLabel: LabelKey }, closed),
    squad: Type.Object({ workloadLabel: LabelKey }, closed),
  },
  { ...closed, description: 'Where it is written who a pod belongs to; both go into its record.' },
);

/** What decides who gets a sidecar. Cluster-scoped; the one named `default` is the active one. */
export const InjectionPolicy = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('InjectionPolicy'),
    metadata: Type.Object({ name: Name }),
    spec: Type.Object(
      {
        optIn: OptIn,
        protectedNamespaces: Type.Array(NamespaceName, {
          description: 'Never injected, whatever they or their pods say.',
        }),
        neverInject: Type.Array(LabelSelector, { description: 'Silent pods with these labels are left alone.' }),
        alwaysInject: Type.Array(LabelSelector, { description: 'Silent pods with these labels are injected.' }),
        profiles: Type.Array(ProfileChoice, {
          minItems: 1,
          description: 'The first whose selectors match is used; the last has none and is the default.',
        }),
        ownership: Ownership,
        onError: Type.Enum(['Refuse', 'Admit'], {
          description: 'What becomes of a pod when Pillion itself fails on it.',
        }),
      },
      closed,
    ),
  },
  closed,
);
export type InjectionPolicy = Static<typeof InjectionPolicy>;
