import { type Static, Type } from 'typebox';
import { Duration, feature, group, Percent } from './building-blocks.ts';

const Delay = group('Requests that wait before they go on; the timeout begins after that.', {
  percent: Percent('How many of them.'),
  duration: Duration('How long.'),
});

const Abort = group('Requests that are answered at once by the proxy, and not tried again.', {
  percent: Percent('How many of them.'),
  status: Type.Integer({ minimum: 400, maximum: 599, description: 'With this status.' }),
});

/** Failures made on purpose. */
export const Fault = feature(
  'Failures made on purpose, to see what callers do. Never in production.',
  {
    delay: Type.Optional(Delay),
    abort: Type.Optional(Abort),
  },
  { minProperties: 1, title: 'none, or delay, abort or both' },
);
export type Fault = Static<typeof Fault>;
