import { type Static, Type } from 'typebox';
import { DurationOrNone, group, list, text } from './building-blocks.ts';
import { Fault } from './fault.ts';
import { Matches } from './matching.ts';
import { Retries } from './retries.ts';

/** What differs for some of the requests. */
export const Route = group('What holds for some of the requests; the first route that matches counts.', {
  name: text(
    'a name such as search, in small letters, digits and -',
    '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
    'Its name, in statistics and problems.',
  ),
  match: Type.Optional(Matches('Which requests; one of the conditions has to hold. Without it every request.')),
  timeout: Type.Optional(DurationOrNone('In place of the service’s timeout.')),
  retries: Type.Optional(Retries),
  fault: Type.Optional(Fault),
});
export type Route = Static<typeof Route>;

export const Routes = list(
  Route,
  32,
  'What differs for some of the requests. A field that a route leaves out is as for the service.',
);
