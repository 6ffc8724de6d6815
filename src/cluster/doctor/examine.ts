import { type CheckCode, DOCTOR_CHECKS } from '../../core/doctor/catalogue.ts';
import { type Examined, type Finding, warning } from '../../core/doctor/finding.ts';
import { ClusterUnreachable } from '../api-error.ts';
import { certificates } from './checks/certificates.ts';
import { clock } from './checks/clock.ts';
import { definitions } from './checks/definitions.ts';
import { dryRunPod } from './checks/dry-run-pod.ts';
import { fallback } from './checks/fallback.ts';
import { fieldManagers } from './checks/field-managers.ts';
import { hookSettings } from './checks/hook-settings.ts';
import { kubernetes } from './checks/kubernetes.ts';
import { limitRanges } from './checks/limit-ranges.ts';
import { missedPods } from './checks/missed-pods.ts';
import { namespaceLabels } from './checks/namespace-labels.ts';
import { namespaces } from './checks/namespaces.ts';
import { networkPolicy } from './checks/network-policy.ts';
import { oneNamespace } from './checks/one-namespace.ts';
import { otherInjectors } from './checks/other-injectors.ts';
import { otherWebhooks } from './checks/other-webhooks.ts';
import { podSecurity } from './checks/pod-security.ts';
import { policy } from './checks/policy.ts';
import { policyStatus } from './checks/policy-status.ts';
import { quota } from './checks/quota.ts';
import { registered } from './checks/registered.ts';
import { registrar } from './checks/registrar.ts';
import { replicas } from './checks/replicas.ts';
import { revisions } from './checks/revisions.ts';
import { rights } from './checks/rights.ts';
import { servingChain } from './checks/serving-chain.ts';
import { trust } from './checks/trust.ts';
import { versions } from './checks/versions.ts';
import { Patient, type PatientOptions } from './patient.ts';

/** One question about an installation. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

/** What looks for each check of the catalogue. */
const CHECKS: Readonly<Record<CheckCode, Check>> = {
  DOC001: kubernetes,
  DOC002: clock,
  DOC010: replicas,
  DOC011: versions,
  DOC012: definitions,
  DOC013: rights,
  DOC014: registrar,
  DOC015: networkPolicy,
  DOC020: policy,
  DOC021: policyStatus,
  DOC022: revisions,
  DOC030: registered,
  DOC031: fieldManagers,
  DOC032: hookSettings,
  DOC033: fallback,
  DOC034: trust,
  DOC035: certificates,
  DOC036: servingChain,
  DOC037: otherInjectors,
  DOC038: otherWebhooks,
  DOC039: dryRunPod,
  DOC050: namespaces,
  DOC051: namespaceLabels,
  DOC052: podSecurity,
  DOC053: quota,
  DOC054: limitRanges,
  DOC055: missedPods,
  DOC056: oneNamespace,
};

/**
 * Examines an installation with every check. A check that cannot look, for want of a right or of an answer in time, says so and keeps no other
 * from looking.
 * @throws ClusterUnreachable
 */
export async function examine(options: PatientOptions): Promise<readonly Examined[]> {
  const patient = new Patient(options);
  const codes = Object.keys(CHECKS) as CheckCode[];
  const examined = codes.map(async (code) => {
    const findings = await CHECKS[code](patient).catch((error: unknown) => [notLooked(error)]);
    const { name: check, group } = DOCTOR_CHECKS[code];
    return findings.map((finding) => ({ code, check, group, ...finding }));
  });
  return (await Promise.all(examined)).flat();
}

function notLooked(error: unknown): Finding {
  if (error instanceof ClusterUnreachable) throw error;
  return warning(`cannot look: ${error instanceof Error ? error.message : String(error)}`);
}
