import type { MetricRow } from './metric-table.ts';

/** The steps of a rotation of the certificate authority. */
export const AUTHORITY_ROTATIONS = ['started', 'promoted', 'finished'] as const;
export type AuthorityRotation = (typeof AUTHORITY_ROTATIONS)[number];

/** Why the Secret of the certificate authority had to be repaired. */
export const AUTHORITY_REPAIRS = ['deleted', 'broken', 'expired'] as const;
export type AuthorityRepair = (typeof AUTHORITY_REPAIRS)[number];

/** The metrics of what is served, and of what it descends from. */
export const CERTIFICATE_METRICS = {
  certificateNotAfter: {
    name: 'pillion_certificate_not_after_timestamp_seconds',
    type: 'gauge',
    help: 'When the serving certificate expires.',
    labels: {},
  },
  certificateReloads: {
    name: 'pillion_certificate_reloads_total',
    type: 'counter',
    help: 'Attempts to load a changed certificate. After a failed one the previous pair stays in service.',
    labels: { result: ['renewed', 'failed'] },
  },
  authorityNotAfter: {
    name: 'pillion_authority_not_after_timestamp_seconds',
    type: 'gauge',
    help: 'When the certificate authority of our own expires that signs now; the next one is issued 30 days before. Only with --self-signed.',
    labels: {},
  },
  authorityRotations: {
    name: 'pillion_authority_rotations_total',
    type: 'counter',
    help:
      'Steps of a rotation of the authority that this process has made: the next one was issued (`started`), signs (`promoted`), the previous one is no ' +
      'longer trusted (`finished`).',
    labels: { step: AUTHORITY_ROTATIONS },
  },
  authorityRepairs: {
    name: 'pillion_authority_repairs_total',
    type: 'counter',
    help:
      'Times this process made the authority Secret usable again: it was deleted, held something that cannot be used, or its authority was not ' +
      'valid at the time. Each has a cause that somebody should look for.',
    labels: { cause: AUTHORITY_REPAIRS },
  },
} as const satisfies Record<string, MetricRow>;
