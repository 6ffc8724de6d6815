import { type Static, type TSchema, Type } from 'typebox';

/** No keys but those that are named. */
export const closed = { additionalProperties: false };

const ProfileName = Type.String({
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
});

export const Image = (preset: string, description: string) =>
  Type.String({ default: preset, description, minLength: 1, maxLength: 4096, pattern: '^[^\\s]+$' });

export const Port = Type.Integer({ minimum: 1, maximum: 65535 });

export const Order = (description: string) => Type.Enum(['Native', 'Classic'], { default: 'Native', description });

const Quantity = (description: string) => Type.String({ minLength: 1, maxLength: 32, description });

interface PresetAmounts {
  readonly cpu: string;
  readonly memory: string;
}
const Amounts = (preset: PresetAmounts, description: string) =>
  Type.Object(
    {
      cpu: Type.Optional(Quantity('Cores, such as 100m or 2.')),
      memory: Type.Optional(Quantity('Bytes, such as 128Mi.')),
    },
    { ...closed, default: preset, description },
  );

/** Requests and limits of one container, with those that stand there when nobody says otherwise. */
export const resources = (requests: PresetAmounts, limits: PresetAmounts) =>
  Type.Object(
    {
      requests: Amounts(requests, 'What the node keeps for it.'),
      limits: Amounts(limits, 'The most that it may take.'),
    },
    { ...closed, default: {}, description: 'Requests and limits of the container.' },
  );
export type Resources = Static<ReturnType<typeof resources>>;

/** An object of ours whose kind is SidecarProfile. */
export const profileOf = <T extends TSchema>(spec: T) =>
  Type.Object(
    {
      apiVersion: Type.Literal('pillion.io/v1alpha1'),
      kind: Type.Literal('SidecarProfile'),
      metadata: Type.Object({ name: ProfileName }),
      spec,
    },
    closed,
  );
