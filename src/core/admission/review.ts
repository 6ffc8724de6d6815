/** What an API server sends, as far as it is read; `object` is checked separately by `readPod`. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly dryRun: boolean;
  readonly object: unknown;
  /** The object as it stands; null when there is none. */
  readonly oldObject: unknown;
}

/** What goes back to the API server. `patch` is base64 of an RFC 6902 list. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: 'JSONPatch';
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly status?: {
    readonly code: number;
    readonly reason: string;
    readonly message: string;
  };
}

export interface AdmissionReview {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: AdmissionResponse;
}
