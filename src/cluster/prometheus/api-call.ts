/** One call of the HTTP API of Prometheus. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Below the address, such as `/api/v1/query`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly signal: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  readonly text: string;
}

/** Calls it; rejects where there is no reply. */
export type CallApi = (call: ApiCall) => Promise<ApiReply>;
