import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { heldBy, type LeaseObject } from '../../lease-object.ts';
import type { Check } from '../examine.ts';

/** Which replica registers, and whether it still does. */
export const registrar: Check = async (patient) => {
  const { installation, namespace } = patient;
  const name = `${installation}-registrar`;
  const lease = await patient.own<LeaseObject>('/apis/coordination.k8s.io/v1', 'leases', name);
  const next = `kubectl -n ${namespace} get lease ${name} -o yaml`;
  const holder = heldBy(lease);
  if (holder === undefined) return [problem('no replica registers: nobody holds the Lease', next)];
  const { renewTime, leaseDurationSeconds } = lease?.spec ?? {};
  // only a hint: the two clocks are not compared by anybody who acts on it
  const silentMs = patient.now().getTime() - Date.parse(renewTime ?? '');
  if (!(silentMs < 4 * (leaseDurationSeconds ?? 15) * 1_000))
    return [warning(`${holder} registers, but was last heard of at ${renewTime ?? 'no time'}`, next)];
  return [ok(`${holder} registers`)];
};
