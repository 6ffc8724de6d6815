import type { ServerOptions } from 'node:http';
import type { SecureServerOptions } from 'node:http2';
import type { SecureContextOptions } from 'node:tls';
import type { CertificatePair } from '../cluster/certificates/certificate-source.ts';
import { type AdmissionLimits, STREAM_WINDOW_BYTES } from './admission/limits.ts';

/** What a listener allows on its connections. */
export type ConnectionLimits = Pick<AdmissionLimits, 'idleMs' | 'receiveMs' | 'handshakeMs' | 'maxStreams'>;

/** The secure context for a pair; it has to be given whole again whenever the certificate changes. */
export function secureContext(pair: CertificatePair | undefined): SecureContextOptions {
  // 1.2 is the oldest version the API server itself accepts by default
  const minVersion = 'TLSv1.2';
  return pair ? { minVersion, cert: pair.certificate, key: pair.key } : { minVersion };
}

/** Options of an HTTP/2 server that also speaks HTTP/1.1. Without a pair it listens, and every handshake fails until one comes. */
export function secureServerOptions(pair: CertificatePair | undefined, limits: ConnectionLimits): SecureServerOptions {
  const http1Options: ServerOptions = {
    keepAliveTimeout: limits.idleMs,
    // Node counts both from the opening of a connection on which nothing came yet, so neither may be below the idle time
    headersTimeout: limits.idleMs,
    // the whole request; our own deadline for the body comes first and can still be answered
    requestTimeout: limits.idleMs + limits.receiveMs + 5_000,
    connectionsCheckingInterval: 1_000,
  };
  return {
    ...secureContext(pair),
    allowHTTP1: true,
    handshakeTimeout: limits.handshakeMs,
    settings: { maxConcurrentStreams: limits.maxStreams, initialWindowSize: STREAM_WINDOW_BYTES },
    // in MB; Node's 10 would refuse new calls while a few hundred reviews of 70 KB are in flight on one connection
    maxSessionMemory: 64,
    http1Options,
  };
}
