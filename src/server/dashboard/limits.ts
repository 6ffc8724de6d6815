/** What the listener of the dashboard allows. Times are in milliseconds. */
export interface DashboardLimits {
  readonly handshakeMs: number;
  readonly idleMs: number;
  /** From the head of a question to the last byte of its body. */
  readonly receiveMs: number;
  /** Further ones are closed at once: the process needs its files for reviews. */
  readonly maxConnections: number;
  /** Calls at a time on one HTTP/2 connection. */
  readonly maxStreams: number;
  /** From the question to the answer, the calls of the API server included. */
  readonly answerMs: number;
  /** Questions that are being answered at a time, of all readers and of one. */
  readonly maxQuestions: number;
  readonly maxQuestionsOfReader: number;
  /** Bodies that are being received at a time, of all readers and of one. */
  readonly maxBodies: number;
  readonly maxBodiesOfReader: number;
  /** Open streams of the feed, of all readers and of one. */
  readonly maxFeeds: number;
  readonly maxFeedsOfReader: number;
  /** Bytes that wait for the reader of a stream; the others stay where they are. Who takes none for two heartbeats is cut. */
  readonly maxWaitingBytes: number;
  /** So often a stream says that it is alive, and its reader is looked at again. */
  readonly heartbeatMs: number;
  /** So often other replicas are asked while a stream is open. */
  readonly peersMs: number;
}

export const DASHBOARD_LIMITS: DashboardLimits = {
  handshakeMs: 10_000,
  // ingress controllers keep theirs 60 s
  idleMs: 75_000,
  receiveMs: 20_000,
  maxConnections: 1_000,
  maxStreams: 100,
  answerMs: 30_000,
  maxQuestions: 64,
  // a page asks five at once
  maxQuestionsOfReader: 16,
  // of 3 MB each, and as much again while it is parsed
  maxBodies: 8,
  maxBodiesOfReader: 2,
  maxFeeds: 64,
  maxFeedsOfReader: 8,
  maxWaitingBytes: 256 * 1024,
  heartbeatMs: 15_000,
  peersMs: 1_000,
};
