import { type Static, Type } from 'typebox';
import { Count, feature, Percent, ServiceName, ServiceReference, Version } from './building-blocks.ts';
import { Matches } from './matching.ts';

/** A new version that gets a part of the requests. */
export const Canary = feature('A new version that gets a part of the requests.', {
  version: Version('The version; the label version of its pods.'),
  service: Type.Optional(
    ServiceName(
      'The Service that leads to the pods of this version only, for the plain Envoy. Without it: NAME-VERSION.',
    ),
  ),
  weight: Type.Optional(
    Count(
      0,
      100,
      'So many of a hundred requests; the others go to service.version. Without it none but those of match.',
    ),
  ),
  match: Type.Optional(Matches('These requests all go to the new version.')),
  mirrorPercent: Type.Optional(
    Percent(
      'Of the requests to service.version, so many are sent to the new one as well; its answers are thrown away.',
    ),
  ),
});
export type Canary = Static<typeof Canary>;

/** A second receiver of requests whose answers are thrown away. */
export const Mirror = feature(
  'A second receiver of requests, whose answers are thrown away: a version of this service, or another service.',
  {
    version: Type.Optional(Version('A version of this service; the label version of its pods.')),
    service: Type.Optional(ServiceReference('Another service.')),
    percent: Percent('How many requests it gets.'),
  },
  { minProperties: 2, maxProperties: 2, title: 'none, or percent and one of version, service' },
);
export type Mirror = Static<typeof Mirror>;
