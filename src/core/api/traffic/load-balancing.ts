import { type Static, Type } from 'typebox';
import { DurationOrNone, exactlyOneOf, group, text } from './building-blocks.ts';
import { HeaderName } from './matching.ts';

const Hash = group(
  'By what requests that belong together are known, for consistent-hash.',
  {
    header: Type.Optional(HeaderName('Requests with the same value of this header.')),
    cookie: Type.Optional(
      text('the name of a cookie', '^[A-Za-z0-9_.-]+$', 'Requests with the same value of this cookie.', 128),
    ),
    sourceIp: Type.Optional(Type.Literal(true, { description: 'Requests from the same address.' })),
  },
  exactlyOneOf('header', 'cookie', 'sourceIp'),
);

/** How a pod is chosen for a request. */
export const LoadBalancing = group('How a pod is chosen for a request.', {
  algorithm: Type.Optional(
    Type.Enum(['round-robin', 'least-request', 'random', 'consistent-hash'], {
      description:
        'least-request: of two at random the one with less under way. consistent-hash: what belongs together goes to one pod.',
    }),
  ),
  hash: Type.Optional(Hash),
  locality: Type.Optional(
    Type.Enum(['none', 'failover'], {
      description: 'failover: pods of the caller’s own zone as long as they are healthy, and then those of others.',
    }),
  ),
  warmup: Type.Optional(DurationOrNone('For so long after its start a pod gets less than its share.')),
});
export type LoadBalancing = Static<typeof LoadBalancing>;
