import { ApiError, ClusterUnreachable } from '../api-error.ts';
import { TooLong } from './bounded-text.ts';
import type { QueryAnswer } from './prometheus.ts';

const FORGOTTEN = 'look whether it runs, and whether --prometheus names it';

/** Why a Prometheus gave no answer, for people. */
export function whyNot(error: unknown, where: string, withinMs: number): QueryAnswer {
  if (error instanceof TooLong) return { problem: `at ${where} answers too much: ${error.message}` };
  if (error instanceof ApiError) return throughApiServer(error, where);
  if (error instanceof ClusterUnreachable) return { problem: `cannot be asked: ${error.message}`, next: FORGOTTEN };
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError')
    return {
      problem: `at ${where} has not answered within ${withinMs / 1000} s`,
      next: 'look at its load, and try again',
    };
  if (code !== undefined && CERTIFICATE.test(code))
    return {
      problem: `at ${where} shows a certificate that nobody trusts: ${message}`,
      next: 'give what signed it with --prometheus-ca-file FILE',
    };
  return { problem: `at ${where} cannot be reached: ${message || code}`, next: FORGOTTEN };
}

// of Node’s TLS errors, https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE = /CERT|ISSUER|SIGN|ALTNAME/;

function throughApiServer({ status, message }: ApiError, where: string): QueryAnswer {
  const [namespace] = where.split('/');
  if (status === 403)
    return {
      problem: `at ${where} may not be asked through the API server`,
      next: `have the right to create services/proxy in ${namespace}, or name its own address`,
    };
  return { problem: `at ${where} cannot be reached through the API server: ${message}`, next: FORGOTTEN };
}
