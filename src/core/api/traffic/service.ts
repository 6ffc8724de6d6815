import { type Static, Type } from 'typebox';
import { Count, group, ServiceName, text, Version } from './building-blocks.ts';

export const ENVIRONMENTS = ['dev', 'test', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];
export const TIERS = ['critical', 'standard', 'best-effort'] as const;
export type Tier = (typeof TIERS)[number];

const MOST_REPLICAS = 10_000;

const optional = {
  protocol: Type.Optional(
    Type.Enum(['http', 'http2', 'grpc', 'tcp'], { description: 'What the port speaks; http is HTTP/1.1.' }),
  ),
  version: Type.Optional(
    Version('The version that gets the traffic which no canary gets; the label version of its pods.'),
  ),
  tier: Type.Optional(Type.Enum([...TIERS], { description: 'How much hangs on it; chooses defaults of the company.' })),
  minReplicas: Type.Optional(
    Count(
      1,
      MOST_REPLICAS,
      'How many pods there are at least. What an endpoint that fails may cost is computed from it.',
    ),
  ),
};

/** The service whose traffic the values are about. */
export const Service = group('The service whose traffic these values are about; it is the callee.', {
  name: ServiceName('The Service’s name.'),
  port: Type.Integer({ minimum: 1, maximum: 65535, description: 'The port of the Service.' }),
  ...optional,
  team: Type.Optional(
    text(
      'a name such as discovery, in small letters, digits and -',
      '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
      'Who answers for it.',
    ),
  ),
});
export type Service = Static<typeof Service>;

/** What the company can say of every service. */
export const ServiceDefaults = group('Of a service that says nothing of it itself.', optional);

/** The same in a tier or an environment, which cannot choose the tier. */
export const ServiceInLayer = group('Of a service that says nothing of it itself.', {
  minReplicas: optional.minReplicas,
});
