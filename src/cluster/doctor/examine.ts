import { type Examined, type Finding, warning } from '../../core/doctor/finding.ts';
import { ApiError } from '../api-error.ts';
import { certificates } from './checks/certificates.ts';
import { dryRunPod } from './checks/dry-run-pod.ts';
import { kubernetes } from './checks/kubernetes.ts';
import { missedPods } from './checks/missed-pods.ts';
import { namespaces } from './checks/namespaces.ts';
import { otherInjectors } from './checks/other-injectors.ts';
import { policy } from './checks/policy.ts';
import { registered } from './checks/registered.ts';
import { registrar } from './checks/registrar.ts';
import { replicas } from './checks/replicas.ts';
import { trust } from './checks/trust.ts';
import { Patient, type PatientOptions } from './patient.ts';

/** One question about an installation. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;

/** Every check by its name, in the order in which somebody would look. */
const CHECKS: Readonly<Record<string, Check>> = {
  kubernetes,
  replicas,
  policy,
  registered,
  trust,
  certificates,
  registrar,
  'other injectors': otherInjectors,
  namespaces,
  'dry-run pod': dryRunPod,
  'pods without sidecar': missedPods,
};

/**
 * Examines an installation with every check. A check whose rights are missing says so and keeps no other from looking.
 * @throws ClusterUnreachable, TimeoutError
 */
export async function examine(options: PatientOptions): Promise<readonly Examined[]> {
  const patient = new Patient(options);
  const examined = Object.entries(CHECKS).map(async ([check, look]) => {
    const findings = await look(patient).catch((error: unknown) => [notLooked(error)]);
    return findings.map((finding) => ({ check, ...finding }));
  });
  return (await Promise.all(examined)).flat();
}

function notLooked(error: unknown): Finding {
  if (!(error instanceof ApiError)) throw error;
  return warning(`cannot look: ${error.message}`);
}
