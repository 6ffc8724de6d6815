import { ISTIO_NAMESPACE } from '../mesh/istiod.ts';

/** Who takes traces. */
export const TRACES = { name: 'traces', port: 4317 };

/** A mesh that has somebody who takes traces; everything else is as Istio brings it. */
export const MESH_CONFIG = {
  extensionProviders: [
    {
      name: 'traces',
      opentelemetry: { service: `${TRACES.name}.${ISTIO_NAMESPACE}.svc.cluster.local`, port: TRACES.port },
    },
  ],
  defaultProviders: { tracing: ['traces'] },
};
