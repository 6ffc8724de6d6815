import { X509Certificate } from 'node:crypto';
import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { timeLeft } from '../../../core/doctor/time-left.ts';
import type { Check } from '../examine.ts';
import { issuedBy } from '../issuing-secret.ts';

const DAY_MS = 86_400_000;

/** Whether what is served, or what signs it, is about to end. */
export const certificates: Check = async (patient) => {
  const { namespace } = patient;
  const source = await issuedBy(patient);
  if (source === undefined) return [warning('cannot look: no Secret with a certificate is known or may be read')];
  const { secret, kind, certificate, warnBelowDays } = source;
  const next = `kubectl -n ${namespace} get secret ${secret} -o yaml`;
  if (certificate === undefined) return [problem(`Secret ${secret} holds no readable certificate`, next)];
  const [until, now] = [Date.parse(new X509Certificate(certificate).validTo), patient.now().getTime()];
  const says = `the ${kind} of Secret ${secret} lasts ${timeLeft(until, now)}`;
  if (until < now) return [problem(`the ${kind} of Secret ${secret} has expired`, next)];
  return [until - now < warnBelowDays * DAY_MS ? warning(`${says} and should have been renewed`, next) : ok(says)];
};
