import { X509Certificate } from 'node:crypto';
import { type Finding, ok, problem, someOf } from '../../../core/doctor/finding.ts';
import { caBundleProblem, certificatesIn } from '../../registration/ca-bundle.ts';
import type { Check } from '../examine.ts';
import { issuedBy } from '../issuing-secret.ts';

/** Whether the API server trusts what the replicas serve: the caBundle of each hook. */
export const trust: Check = async (patient) => {
  const { installation, namespace } = patient;
  const hooks = await patient.hooks();
  if (hooks.length === 0)
    return [problem('no hook is registered', `kubectl -n ${namespace} logs deployment/${installation}`)];
  const source = await issuedBy(patient);
  const nowMs = patient.now().getTime();
  const faults = new Map<string, string[]>();
  for (const { name, bundle } of hooks) {
    const fault = faultOf(bundle, nowMs, source?.trusted);
    if (fault !== undefined) faults.set(fault, [...(faults.get(fault) ?? []), name]);
  }
  const next = `kubectl -n ${namespace} rollout restart deployment ${installation}`;
  const found: Finding[] = [...faults].map(([fault, names]) =>
    problem(`the caBundle of ${someOf(names)} ${fault}`, next),
  );
  if (found.length > 0) return found;
  const compared =
    source?.trusted === undefined ? ', not compared with what issued them' : ` and trusts ${source.secret}`;
  return [ok(`the caBundle of all ${hooks.length} hooks is valid${compared}`)];
};

function faultOf(bundle: string, nowMs: number, trusted: string | undefined): string | undefined {
  if (bundle === '') return 'is empty, so every call fails';
  const unreadable = caBundleProblem(bundle);
  if (unreadable !== undefined) return unreadable;
  const certificates = certificatesIn(bundle).map((pem) => new X509Certificate(pem));
  if (certificates.every(({ validTo }) => Date.parse(validTo) < nowMs)) return 'has expired';
  const fingerprints = new Set(certificates.map(({ fingerprint256 }) => fingerprint256));
  const missing = certificatesIn(trusted ?? '').some(
    (pem) => !fingerprints.has(new X509Certificate(pem).fingerprint256),
  );
  return missing ? 'lacks a certificate that the replicas may serve by' : undefined;
}
