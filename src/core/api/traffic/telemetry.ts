import { type Static, Type } from 'typebox';
import { feature, group, Percent } from './building-blocks.ts';

/** What is told about requests. */
export const Telemetry = group('What is told about requests.', {
  accessLog: Type.Optional(
    Type.Enum(['none', 'errors', 'all'], {
      description:
        'Which requests are logged. errors: those answered with 500 or more, and those that the proxy answered or cut off.',
    }),
  ),
  accessLogSampling: Type.Optional(Percent('With errors: so many of the other requests are logged as well.')),
  tracing: Type.Optional(
    feature('Traces of requests.', {
      sampling: Type.Optional(Percent('How many requests begin a trace; one that was begun by the caller goes on.')),
    }),
  ),
});
export type Telemetry = Static<typeof Telemetry>;
