import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
const Image = Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\s]+$' });
const Quantity = Type.String({ minLength: 1, maxLength: 32 });
const Port = Type.Integer({ minimum: 1, maximum: 65535 });
const Amounts = Type.Object({ cpu: Type.Optional(Quantity), memory: Type.Optional(Quantity) }, closed);

export const Resources = Type.Object({ requests: Amounts, limits: Amounts }, closed);
export type Resources = Static<typeof Resources>;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;

/** What a sidecar looks like. Cluster-scoped. */
export const SidecarProfile = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('SidecarProfile'),
    metadata: Type.Object({ name: Name }),
    spec: Type.Object(
      {
        kind: Type.Enum(['Envoy'], { description: 'Envoy: a sidecar that needs no control plane.' }),
        features: Type.Array(Type.Enum(['Observability']), {
          uniqueItems: true,
          description: 'What the sidecar does beyond passing traffic on. A feature that is not listed is inert.',
        }),
        order: Type.Enum(['Native', 'Classic'], {
          description:
            'Native: an init container that restarts always, so the application starts after it and Jobs can end. Classic: an ordinary container.',
        }),
        capture: Type.Enum(['Redirect', 'None'], {
          description: 'Redirect: istio-init sends the pod’s traffic through the sidecar. None: nothing is redirected.',
        }),
        ipFamilies: Type.Enum(['DualStack', 'IPv4'], {
          description: 'IPv4 only for nodes that were booted without IPv6; the redirect then leaves IPv6 alone.',
        }),
        exclude: Type.Object(
          {
            inboundPorts: Type.Array(Port, { maxItems: 128 }),
            outboundPorts: Type.Array(Port, { maxItems: 128 }),
            outboundCidrs: Type.Array(Type.String(), { maxItems: 128 }),
          },
          { ...closed, description: 'Traffic that never passes the sidecar, for every pod of this profile.' },
        ),
        sidecar: Type.Object(
          {
            image: Image,
            resources: Resources,
            logLevel: Type.Enum([...LOG_LEVELS]),
            concurrency: Type.Integer({ minimum: 1, maximum: 128, description: 'Worker threads of the proxy.' }),
          },
          closed,
        ),
        redirect: Type.Object({ image: Image, resources: Resources }, closed),
      },
      closed,
    ),
  },
  closed,
);
export type SidecarProfile = Static<typeof SidecarProfile>;
