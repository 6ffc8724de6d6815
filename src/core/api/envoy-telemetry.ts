import { type Static, Type } from 'typebox';
import { closed } from './profile-building-blocks.ts';

const Percent = (preset: number, description: string) =>
  Type.Number({ default: preset, minimum: 0, maximum: 100, description });

const Tracing = Type.Object(
  {
    collector: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 260,
        description:
          'HOST:PORT of a collector that takes OTLP over gRPC in clear text, such as otel-collector.observability:4317. Without one nothing is traced.',
      }),
    ),
    samplingPercent: Percent(
      1,
      'How many of the traces that begin at a sidecar are kept. One that began elsewhere is kept if its caller keeps it.',
    ),
    propagation: Type.Enum(['W3C', 'W3CAndB3'], {
      default: 'W3C',
      description:
        'W3C: traceparent and tracestate. W3CAndB3: also the headers x-b3-*, for applications that know only those; docs/observability.md says what of B3 is read.',
    }),
  },
  { ...closed, default: {}, description: 'Spans of HTTP requests, in both directions.' },
);

const AccessLog = Type.Object(
  {
    mode: Type.Enum(['Off', 'Errors', 'All'], {
      default: 'Errors',
      description:
        'Errors: answers from 500 on, gRPC calls that the server failed, whatever the proxy had something to say about (a response flag), and a sample of the rest. All: every request and connection.',
    }),
    sampledPercent: Percent(1, 'With mode Errors: how much of what went well is written as well.'),
    format: Type.Enum(['Json', 'Gelf'], {
      default: 'Json',
      description: 'Gelf: GELF 1.1, for Graylog. Both are one JSON object a line.',
    }),
    includeQuery: Type.Boolean({
      default: false,
      description: 'Whether the path is written with its query, in which tokens and names of people often stand.',
    }),
  },
  { ...closed, default: {}, description: 'Lines on the sidecar’s standard output, in both directions.' },
);

/** What a sidecar tells about the traffic that passes it, beside its metrics. */
export const EnvoyTelemetry = Type.Object(
  { tracing: Tracing, accessLog: AccessLog },
  { ...closed, default: {}, description: 'With the feature Observability only.' },
);
export type EnvoyTelemetry = Static<typeof EnvoyTelemetry>;
