import { type Finding, skipped } from '../../core/doctor/finding.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { Check } from './examine.ts';
import type { Patient } from './patient.ts';

/** A check that needs to know the policy. Where there is none it is skipped: why, DOC020 tells. */
export const byPolicy =
  (look: (patient: Patient, policy: ActivePolicy) => Promise<readonly Finding[]>): Check =>
  async (patient) => {
    const policy = await patient.policy().catch(() => undefined);
    return policy === undefined ? [skipped('the policy is not known')] : await look(patient, policy);
  };
