import { type Static, Type } from 'typebox';
import { Count, CountOrNone, Duration, feature } from './building-blocks.ts';

const failures = (description: string) => Type.Optional(CountOrNone(1, 10_000, description));

/** Leaving pods out that fail. */
export const OutlierDetection = feature(
  'A pod that fails several times in a row gets no requests for a while. Each caller’s proxy counts for itself. The word none does not count.',
  {
    consecutive5xx: failures('So many answers of 500 to 599 in a row.'),
    consecutiveGatewayErrors: failures('So many answers of 502, 503 or 504 in a row.'),
    splitExternalLocalOriginErrors: Type.Optional(
      Type.Boolean({ description: 'Failures to connect and timeouts are counted apart from what the pod answers.' }),
    ),
    consecutiveLocalOriginFailures: failures(
      'So many failures to connect or timeouts in a row, where they are counted apart.',
    ),
    interval: Type.Optional(Duration('How often it is looked whether pods come back.')),
    baseEjectionTime: Type.Optional(
      Duration('How long a pod is left out the first time; it grows with each further time.'),
    ),
    maxEjectionPercent: Type.Optional(Count(1, 100, 'At most this share of the pods is left out.')),
    minHealthPercent: Type.Optional(Count(0, 100, 'When fewer are left, nobody is left out any more.')),
  },
);
export type OutlierDetection = Static<typeof OutlierDetection>;
