import { type Static, Type } from 'typebox';
import { DurationOrNone, group, list, ServiceReference } from './building-blocks.ts';
import { Canary, Mirror } from './canary.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { Cors } from './cors.ts';
import { Expose } from './exposure.ts';
import { Fault } from './fault.ts';
import { LoadBalancing } from './load-balancing.ts';
import { OutlierDetection } from './outlier-detection.ts';
import { Retries, RetryBudget } from './retries.ts';
import { Routes } from './routes.ts';
import { ENVIRONMENTS, Service } from './service.ts';
import { Sidecar } from './sidecar.ts';
import { Telemetry } from './telemetry.ts';
import { Waivers } from './waivers.ts';

const Tls = group('Whether the mesh encrypts what the service is sent.', {
  mode: Type.Optional(
    Type.Enum(['none', 'permissive', 'mesh'], {
      description:
        'mesh: mutual TLS only. permissive: mutual TLS where the caller can, else plain text. none: plain text. The plain Envoy has no certificates.',
    }),
  ),
});

export const MeshVersion = Type.Literal(1, { description: 'The version of this interface.' });

/** The settings that the company can choose for everybody: its defaults have the same fields. */
export const CHOOSABLE = {
  timeout: Type.Optional(DurationOrNone('How long a request may take, with all its tries.')),
  retries: Type.Optional(Retries),
  retryBudget: Type.Optional(RetryBudget),
  circuitBreaker: Type.Optional(CircuitBreaker),
  outlierDetection: Type.Optional(OutlierDetection),
  loadBalancing: Type.Optional(LoadBalancing),
  cors: Type.Optional(Cors),
  tls: Type.Optional(Tls),
  telemetry: Type.Optional(Telemetry),
  sidecar: Type.Optional(Sidecar),
};

/** What a team says about the traffic to its service. The smallest file has service.name and service.port. */
export const TrafficValues = group(
  'What a team says about the traffic to its service; everything else is as the company has it.',
  {
    meshVersion: Type.Optional(MeshVersion),
    environment: Type.Optional(
      Type.Enum([...ENVIRONMENTS], {
        description: 'Where it runs; chooses defaults. Without it, the rules judge as in production.',
      }),
    ),
    service: Service,
    dependsOn: Type.Optional(
      list(ServiceReference('One service.'), 64, 'The services that it calls.', { uniqueItems: true }),
    ),
    expose: Type.Optional(Expose),
    ...CHOOSABLE,
    routes: Type.Optional(Routes),
    canary: Type.Optional(Canary),
    mirror: Type.Optional(Mirror),
    fault: Type.Optional(Fault),
    waivers: Type.Optional(Waivers),
    global: Type.Optional(Type.Object({}, { description: 'Helm hands it to every chart; it has no meaning here.' })),
  },
);
export type TrafficValues = Static<typeof TrafficValues>;
