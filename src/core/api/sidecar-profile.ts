import { type Static, Type } from 'typebox';
import { VERSION } from '../version.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' });
const Image = (preset: string) => Type.String({ default: preset, minLength: 1, maxLength: 4096, pattern: '^[^\\s]+$' });
const Quantity = Type.String({ minLength: 1, maxLength: 32 });
const Port = Type.Integer({ minimum: 1, maximum: 65535 });

interface PresetAmounts {
  readonly cpu: string;
  readonly memory: string;
}
const Amounts = (preset: PresetAmounts) =>
  Type.Object({ cpu: Type.Optional(Quantity), memory: Type.Optional(Quantity) }, { ...closed, default: preset });

const resources = (requests: PresetAmounts, limits: PresetAmounts) =>
  Type.Object({ requests: Amounts(requests), limits: Amounts(limits) }, { ...closed, default: {} });
export type Resources = Static<ReturnType<typeof resources>>;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;

/** What a sidecar looks like. Cluster-scoped. What is left out is as in the built-in profile `envoy`. */
export const SidecarProfile = Type.Object(
  {
    apiVersion: Type.Literal('pillion.io/v1alpha1'),
    kind: Type.Literal('SidecarProfile'),
    metadata: Type.Object({ name: Name }),
    spec: Type.Object(
      {
        kind: Type.Enum(['Envoy'], { description: 'Envoy: a sidecar that needs no control plane.' }),
        features: Type.Array(Type.Enum(['Observability']), {
          default: ['Observability'],
          uniqueItems: true,
          description: 'What the sidecar does beyond passing traffic on. A feature that is not listed is inert.',
        }),
        order: Type.Enum(['Native', 'Classic'], {
          default: 'Native',
          description:
            'Native: an init container that restarts always, so the application starts after it and Jobs can end. Classic: an ordinary container.',
        }),
        capture: Type.Enum(['Redirect', 'None'], {
          default: 'Redirect',
          description: 'Redirect: istio-init sends the pod’s traffic through the sidecar. None: nothing is redirected.',
        }),
        ipFamilies: Type.Enum(['DualStack', 'IPv4'], {
          default: 'DualStack',
          description: 'IPv4 only for nodes that were booted without IPv6; the redirect then leaves IPv6 alone.',
        }),
        exclude: Type.Object(
          {
            inboundPorts: Type.Array(Port, { default: [], maxItems: 128 }),
            outboundPorts: Type.Array(Port, { default: [], maxItems: 128 }),
            outboundCidrs: Type.Array(Type.String(), { default: [], maxItems: 128 }),
          },
          {
            ...closed,
            default: {},
            description: 'Traffic that never passes the sidecar, for every pod of this profile.',
          },
        ),
        sidecar: Type.Object(
          {
            image: Image('envoyproxy/envoy:distroless-v1.40.0'),
            resources: resources({ cpu: '100m', memory: '128Mi' }, { cpu: '2', memory: '1Gi' }),
            logLevel: Type.Enum([...LOG_LEVELS], { default: 'warning' }),
            concurrency: Type.Integer({
              default: 2,
              minimum: 1,
              maximum: 128,
              description: 'Worker threads of the proxy.',
            }),
          },
          { ...closed, default: {} },
        ),
        redirect: Type.Object(
          {
            image: Image(`pillion/redirect:${VERSION}`),
            resources: resources({ cpu: '10m', memory: '16Mi' }, { cpu: '100m', memory: '64Mi' }),
          },
          { ...closed, default: {} },
        ),
      },
      closed,
    ),
  },
  closed,
);
export type SidecarProfile = Static<typeof SidecarProfile>;
