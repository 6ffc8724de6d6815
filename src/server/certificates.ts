import type { Logger } from 'pino';
import type { CertificateSource } from '../cluster/certificates/certificate-source.ts';
import { FileCertificate } from '../cluster/certificates/file-certificate.ts';
import { FileTrust } from '../cluster/certificates/file-trust.ts';
import type { TrustSource } from '../cluster/certificates/trust-source.ts';
import { watchOwnAuthority } from '../cluster/certificates/watched-authority.ts';
import { ownerReader } from '../cluster/owner-reference.ts';
import type { ServerClock } from '../cluster/server-clock.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { servedNames } from '../core/certificates/served-names.ts';
import type { WebhookAddress } from '../core/registration/registration.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Certificates that somebody else issues and puts into files. */
export interface CertificateFiles {
  readonly mode: 'Files';
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What the API server has to trust; given when something is registered. */
  readonly caFile?: string;
}

/** Certificates that the replicas issue themselves, by an authority that they share. */
export interface OwnCertificates {
  readonly mode: 'Self';
  /** Whose the Secret is. */
  readonly installation: string;
  readonly namespace: string;
  /** Where the API server finds us. */
  readonly address: WebhookAddress;
  readonly leafLifetimeMs: number;
  readonly settleMs: number;
}

export interface CertificateParts {
  readonly transport: KubeTransport;
  readonly serverClock: ServerClock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly elapsedMs: () => number;
  readonly random: () => number;
}

/** What is served, and what the API server has to trust for it; without `trust` nothing can be registered. */
export interface Certificates {
  readonly certificate: CertificateSource;
  readonly trust: TrustSource | undefined;
  /** Stops following; what is served stays. */
  close(): Promise<void>;
}

/**
 * Opens what these options name and follows it.
 * @throws Error when the file with what is to be trusted cannot be used
 */
export function openCertificates(
  options: CertificateFiles | OwnCertificates,
  parts: CertificateParts,
): Promise<Certificates> {
  return options.mode === 'Files' ? fromFiles(options, parts) : Promise.resolve(ownCertificates(options, parts));
}

async function fromFiles(options: CertificateFiles, { log, metrics }: CertificateParts): Promise<Certificates> {
  const { certificateFile, keyFile, caFile } = options;
  const trust = caFile === undefined ? undefined : await FileTrust.follow({ file: caFile, log });
  const certificate = await FileCertificate.follow({ certificateFile, keyFile, log, metrics: metrics.certificate });
  return {
    certificate,
    trust,
    close: async () => {
      certificate.close();
      trust?.close();
    },
  };
}

function ownCertificates(options: OwnCertificates, parts: CertificateParts): Certificates {
  const { installation, namespace, address, leafLifetimeMs, settleMs } = options;
  const { transport, serverClock, log, metrics, now, elapsedMs, random } = parts;
  const { certificate, trust, stop } = watchOwnAuthority({
    transport,
    clock: serverClock,
    namespace,
    name: `${installation}-authority`,
    owner: ownerReader(transport, installation),
    names: servedNames(address),
    leafLifetimeMs,
    settleMs,
    log,
    metrics: { ...metrics.authority, certificate: metrics.certificate },
    watchMetrics: metrics.watch('secrets'),
    now,
    elapsedMs,
    random,
  });
  return { certificate, trust, close: stop };
}
