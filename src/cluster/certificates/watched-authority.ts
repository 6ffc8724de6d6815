import { RestartingWatch, type RestartingWatchOptions } from '../restarting-watch.ts';
import type { CertificateSource } from './certificate-source.ts';
import { OwnAuthority, type OwnAuthorityOptions } from './own-authority.ts';
import type { TrustSource } from './trust-source.ts';

export interface WatchedAuthorityOptions extends OwnAuthorityOptions {
  readonly watchMetrics: RestartingWatchOptions['metrics'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface WatchedAuthority {
  readonly certificate: CertificateSource;
  readonly trust: TrustSource;
  /** Ends it; what is served stays. */
  stop(): Promise<void>;
}

/** Keeps an authority of one's own, and looks at it whenever a watch tells of its Secret. Of the Secret the watch gets no data. */
export function watchOwnAuthority(options: WatchedAuthorityOptions): WatchedAuthority {
  const { transport, namespace, name, log, watchMetrics, now, random } = options;
  const authority = new OwnAuthority(options);
  const look = () => authority.lookAgain();
  const watch = new RestartingWatch({
    transport,
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`,
    fieldSelector: `metadata.name=${name}`,
    target: { beginList: () => ({ add: () => {}, complete: look }), put: look, remove: look },
    log,
    metrics: watchMetrics,
    now,
    random,
  });
  authority.start();
  watch.start();
  const { certificate, trust } = authority;
  return {
    certificate,
    trust,
    stop: async () => {
      await Promise.all([watch.stop(), authority.stop()]);
    },
  };
}
