/** A small pod that the API server accepts; `more` is merged into its metadata and spec. */
export function simplePod(
  name: string,
  more: { readonly labels?: object; readonly annotations?: object; readonly spec?: object } = {},
): Record<string, unknown> {
  const { labels, annotations, spec } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...spec },
  };
}

/** The mark of a pod that asks by annotation. */
export const ASKS = { 'sidecar.istio.io/inject': 'true' };
