import { type Static, Type } from 'typebox';
import { Count, Duration, DurationOrNone, feature, list, text } from './building-blocks.ts';

/** Words of Envoy for a failure after which the server cannot have done anything. */
export const HARMLESS_FAILURES = ['connect-failure', 'refused-stream', 'reset-before-request'] as const;

// Envoy only warns of a word that it does not know, and then never retries for it
const WORDS = [
  ...HARMLESS_FAILURES,
  'reset',
  '5xx',
  'gateway-error',
  'retriable-4xx',
  'envoy-ratelimited',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];

const RetryOn = {
  ...text(
    `one of ${WORDS.join(', ')}, or a status such as "503"`,
    `^(${WORDS.join('|')}|[45][0-9][0-9])$`,
    'One kind of failure.',
  ),
  examples: WORDS,
};

/** Retries of requests that failed. */
export const Retries = feature('Another try for a request that failed, at another pod when there is one.', {
  attempts: Type.Optional(Count(0, 5, 'How many tries come after the first one; 0 is none.')),
  perTryTimeout: Type.Optional(DurationOrNone('How long one try may take, the first one too.')),
  retryOn: Type.Optional(
    list(RetryOn, 16, 'After which failures: words of Envoy, and statuses in quotation marks.', {
      minItems: 1,
      uniqueItems: true,
    }),
  ),
  methods: Type.Optional(
    Type.Enum(['idempotent', 'all'], {
      description:
        'Which requests. idempotent: GET, HEAD and OPTIONS after every failure of the list, the others only after those of it that cannot have reached the server: connect-failure, refused-stream, reset-before-request.',
    }),
  ),
  backoff: Type.Optional(
    Duration('The pause before the first retry at most; it doubles with each, up to ten times as long.'),
  ),
});
export type Retries = Static<typeof Retries>;

/** How many retries are under way at once. */
export const RetryBudget = feature(
  'A bound for retries in relation to what is under way, so that they never multiply an outage.',
  {
    percent: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'Of the requests under way.' }),
    ),
    minRetryConcurrency: Type.Optional(Count(0, 10_000, 'So many retries are always allowed.')),
  },
);
export type RetryBudget = Static<typeof RetryBudget>;
