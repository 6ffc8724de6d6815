/**
 * The statuses of failed requests that have a name. Istio refuses a retry on any other.
 * Source: net/http/status.go of Go, which Istio’s validation asks; it is RFC 9110 with the registry of IANA.
 */
export const NAMED_STATUSES: readonly string[] = [
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
].map(String);
