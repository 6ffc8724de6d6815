import { ApiError } from '../api-error.ts';
import { caBundleProblem, certificatesIn } from '../registration/ca-bundle.ts';
import type { Patient } from './patient.ts';

/** The Secret that the serving certificates come from. */
export interface IssuingSecret {
  readonly secret: string;
  readonly kind: 'authority' | 'serving certificate';
  /** PEM; undefined when the Secret holds none that can be read. */
  readonly certificate: string | undefined;
  /** What a caBundle has to contain. */
  readonly trusted: string | undefined;
  /** Whoever renews it does so earlier. */
  readonly warnBelowDays: number;
}

interface SecretContent {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The Secret that the Deployment mounts, or else the authority that the replicas share; undefined when it may not be read, or
 * there is none.
 * @throws ClusterUnreachable, TimeoutError, ApiError other than that it may not be read
 */
export async function issuedBy(patient: Patient): Promise<IssuingSecret | undefined> {
  const deployment = await patient.deployment();
  const volumes = deployment?.spec.template.spec.volumes ?? [];
  const mounted = volumes.flatMap((volume) => volume.secret?.secretName ?? [])[0];
  const secret = mounted ?? `${patient.installation}-authority`;
  const content = await patient.own<SecretContent>('/api/v1', 'secrets', secret).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  const text = (key: string) => Buffer.from(content.data?.[key] ?? '', 'base64').toString('utf8');
  const readable = (pem: string | undefined) => (pem && caBundleProblem(pem) === undefined ? pem : undefined);
  return {
    secret,
    kind: mounted === undefined ? 'authority' : 'serving certificate',
    certificate: readable(certificatesIn(text('tls.crt'))[0]),
    trusted: readable(text('ca.crt')),
    // an authority of ours is renewed with 30 days left; cert-manager renews after two thirds of 90 days
    warnBelowDays: mounted === undefined ? 25 : 14,
  };
}
