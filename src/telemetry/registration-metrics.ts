import type { MetricRow } from './metric-table.ts';

/** What can be the case with an object of the registration. */
export const REGISTRATION_STATES = [
  'awaited',
  'kept',
  'other',
  'deleted-by-hand',
  'drifted',
  'missing',
  'left-over',
] as const;
export type RegistrationState = (typeof REGISTRATION_STATES)[number];

/** The metrics of what is registered with the API server. */
export const REGISTRATION_METRICS = {
  registrations: {
    name: 'pillion_registration_applies_total',
    type: 'counter',
    help: 'Attempts to apply an object of the registration (webhook configurations, in-tree policies). Repairs are counted apart.',
    labels: { result: ['applied', 'failed'] },
  },
  registrationObjects: {
    name: 'pillion_registration_objects',
    type: 'gauge',
    help:
      '1 for the state that an object of the registration is in: `awaited` is not applied yet, or not as the policy wants it now; `other` stands as another Pillion ' +
      'with another policy rendered it; `deleted-by-hand` stays away until `pillion registration restore`. With --registration Manual: `drifted` is other than rendered, `missing` does not stand, `left-over` is no longer rendered.',
    labels: { resource: 'the registered kinds', name: 'the registered objects', state: REGISTRATION_STATES },
  },
  registrationRepairs: {
    name: 'pillion_registration_repairs_total',
    type: 'counter',
    help: 'Times an object of the registration was changed by somebody else and put back.',
    labels: { resource: 'the registered kinds', name: 'the registered objects' },
  },
} as const satisfies Record<string, MetricRow>;
