import { type Static, Type } from 'typebox';
import { group } from './building-blocks.ts';
import { ServiceDefaults, ServiceInLayer } from './service.ts';
import { CHOOSABLE, MeshVersion } from './values.ts';

const Layer = (description: string) =>
  Type.Optional(group(description, { service: Type.Optional(ServiceInLayer), ...CHOOSABLE }));

/** What a company chooses for all its services: for all, by their tier, and by where they run. Each takes precedence over the one before. */
export const TrafficDefaults = group(
  'What a company chooses for the traffic of all its services, in place of the built-in choice as a whole.',
  {
    meshVersion: MeshVersion,
    defaults: Type.Optional(group('For every service.', { service: Type.Optional(ServiceDefaults), ...CHOOSABLE })),
    tiers: Type.Optional(
      group('By service.tier.', {
        critical: Layer('For services that must not fail.'),
        standard: Layer('For most.'),
        'best-effort': Layer('For services that may fail.'),
      }),
    ),
    environments: Type.Optional(
      group('By environment.', {
        dev: Layer('Where it is developed.'),
        test: Layer('Where it is tested.'),
        staging: Layer('Where it is tried before production.'),
        production: Layer('Where it counts.'),
      }),
    ),
  },
);
export type TrafficDefaults = Static<typeof TrafficDefaults>;
