/** What a PartialObjectMetadata carries, as far as it is read. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  /** Counts the changes of its content, where the kind has that. */
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Who wrote what, by the API server's own notes. */
  readonly managedFields?: readonly {
    readonly manager?: string;
    readonly time?: string;
    readonly subresource?: string;
  }[];
}

// the API server then leaves out spec and status. Source: "Receiving resources as PartialObjectMetadata" in the Kubernetes
// API concepts; g and v are those of the meta group, not of the resource
const PARTIAL = 'as=%s;g=meta.k8s.io;v=v1,application/json';

export const ACCEPT_PARTIAL_LIST = `application/json;${PARTIAL.replace('%s', 'PartialObjectMetadataList')}`;
export const ACCEPT_PARTIAL_OBJECT = `application/json;${PARTIAL.replace('%s', 'PartialObjectMetadata')}`;
