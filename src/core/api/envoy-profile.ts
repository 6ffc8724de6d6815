import { type Static, Type } from 'typebox';
import { VERSION } from '../version.ts';
import { EnvoyTelemetry } from './envoy-telemetry.ts';
import { closed, Image, Order, Port, profileOf, resources } from './profile-building-blocks.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;

/** A sidecar that needs no control plane. What is left out is as in the built-in profile `envoy`. */
export const EnvoyProfile = profileOf(
  Type.Object(
    {
      kind: Type.Enum(['Envoy'], { description: 'Envoy: a sidecar that needs no control plane.' }),
      features: Type.Array(Type.Enum(['Observability', 'Resilience']), {
        default: ['Observability'],
        uniqueItems: true,
        description:
          'What the sidecar does beyond passing traffic on. A feature that is not listed is inert. Observability: counts HTTP requests. Resilience: does with the traffic of Services what their annotation pillion.io/traffic says.',
      }),
      order: Order(
        'Native: an init container that restarts always, so the application starts after it and Jobs can end. Classic: an ordinary container.',
      ),
      capture: Type.Enum(['Redirect', 'None'], {
        default: 'Redirect',
        description: 'Redirect: istio-init sends the pod’s traffic through the sidecar. None: nothing is redirected.',
      }),
      ipFamilies: Type.Enum(['DualStack', 'IPv4'], {
        default: 'DualStack',
        description: 'IPv4 only for nodes that were booted without IPv6; the redirect then leaves IPv6 alone.',
      }),
      clusterDomain: Type.String({
        default: 'cluster.local',
        pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$',
        maxLength: 200,
        description: 'The last part of the names that the cluster gives Services.',
      }),
      exclude: Type.Object(
        {
          inboundPorts: Type.Array(Port, { default: [], maxItems: 128, description: 'Ports of the application.' }),
          outboundPorts: Type.Array(Port, {
            default: [],
            maxItems: 128,
            description: 'Ports that the application calls.',
          }),
          outboundCidrs: Type.Array(Type.String(), {
            default: [],
            maxItems: 128,
            description: 'Ranges of addresses that the application calls, such as 10.0.0.0/8.',
          }),
        },
        {
          ...closed,
          default: {},
          description: 'Traffic that never passes the sidecar, for every pod of this profile.',
        },
      ),
      telemetry: EnvoyTelemetry,
      sidecar: Type.Object(
        {
          image: Image('envoyproxy/envoy:distroless-v1.40.0', 'The image of the proxy.'),
          resources: resources({ cpu: '100m', memory: '128Mi' }, { cpu: '2', memory: '1Gi' }),
          logLevel: Type.Enum([...LOG_LEVELS], { default: 'warning', description: 'What the proxy writes of itself.' }),
          concurrency: Type.Integer({
            default: 2,
            minimum: 1,
            maximum: 128,
            description: 'Worker threads of the proxy.',
          }),
          drainSeconds: Type.Integer({
            default: 5,
            minimum: 0,
            maximum: 3600,
            description:
              'In Classic order: how long the proxy goes on after it and the application are told to end, at most the pod’s grace period. In Native order it ends after the application anyway.',
          }),
        },
        { ...closed, default: {}, description: 'The proxy.' },
      ),
      redirect: Type.Object(
        {
          image: Image(`pillion/redirect:${VERSION}`, 'The image of the container.'),
          resources: resources({ cpu: '10m', memory: '16Mi' }, { cpu: '100m', memory: '64Mi' }),
        },
        { ...closed, default: {}, description: 'The container istio-init, which redirects the traffic of the pod.' },
      ),
    },
    { ...closed, description: 'What the sidecar looks like.' },
  ),
);
export type EnvoyProfile = Static<typeof EnvoyProfile>;
