const MiB = 1024 * 1024;

/** What the admission listener allows. Times are in milliseconds, sizes in bytes. */
export interface AdmissionLimits {
  readonly maxReviewBytes: number;
  /** Bodies being received on all connections together. */
  readonly maxReceivingBytes: number;
  /** From the head of a request to the last byte of its body. */
  readonly receiveMs: number;
  readonly handshakeMs: number;
  /** How long a connection without a request is kept, be it new, between two requests, or in the middle of an HTTP/1.1 head. */
  readonly idleMs: number;
  /** A live read of the API server for a review. */
  readonly liveReadMs: number;
  /** Reads of unknown namespaces at a time. */
  readonly maxNamespaceReads: number;
  /** Counts of the pods of a namespace at a time. */
  readonly maxPodCounts: number;
  /** Calls at a time on one HTTP/2 connection. */
  readonly maxStreams: number;
}

export const ADMISSION_LIMITS: AdmissionLimits = {
  // object + oldObject at the API server's request limit of 3 MiB each, plus 1 MiB for the rest of the review. Source:
  // MaxRequestBodyBytes in k8s.io/apiserver pkg/server/config.go; controller-runtime derives the same 7 MiB
  maxReviewBytes: 2 * 3 * MiB + 1 * MiB,
  // nine reviews of the largest size at once; ordinary ones are 4 KiB. Keeps a flood of uploads from ending the process
  maxReceivingBytes: 64 * MiB,
  // the API server gives up after at most 30 s, and after 5 s with the configurations that are rendered here
  receiveMs: 10_000,
  handshakeMs: 10_000,
  // above the 90 s after which the API server drops an idle connection itself (IdleConnTimeout in k8s.io/client-go and in
  // Go's http.DefaultTransport), so that the side that sends the next request is the side that closes.
  // It calls Services over HTTP/1.1 and opens more connections than it then needs: one that we ended while it was about to be
  // used cost a pod (measured; a POST is not sent again)
  idleMs: 95_000,
  liveReadMs: 1_000,
  // more reviews of different unknown namespaces than this at a time are answered as the error policy says: a forged flood
  // must not become a flood on the API server
  maxNamespaceReads: 32,
  // a page of 500 injected pods is some 6 MB, 9 KB of each being the sidecar's configuration
  maxPodCounts: 4,
  // what Go's own HTTP/2 server offers (http2.Server.MaxConcurrentStreams)
  maxStreams: 250,
};

// one 64 KiB frame of flow control, Node's default, costs a pod of 2,000 variables a round trip; a review of 1 MiB needs none
export const STREAM_WINDOW_BYTES = 1 * MiB;
