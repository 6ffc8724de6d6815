/** Where the bundle comes from that the API server has to trust; whoever publishes it never learns which kind of source it has. */
export interface TrustSource {
  /** PEM certificates; undefined until they are known. */
  readonly current: string | undefined;
  /** Calls `listener` after each later change; returns a function that ends that. */
  onChanged(listener: () => void): () => void;
}
