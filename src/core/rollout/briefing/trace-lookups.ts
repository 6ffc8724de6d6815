import { ownValue } from '../../kubernetes/pod.ts';
import type { Signals } from '../../sidecar/profiles/signals.ts';
import type { Looked, Lookup } from './lookup.ts';
import { say, words } from './phrase.ts';

/** Under which name the spans of a workload stand in Jaeger. */
export function traceLookups({ traces }: Signals, { namespace, workload, labels }: Looked): readonly Lookup[] {
  const about = 'Traces' as const;
  if (traces === undefined)
    return [{ about, says: words('The sidecar traces nothing: the profile names no collector.') }];
  if (traces === 'mesh')
    return [
      {
        about,
        says: words('Where the mesh has tracing switched on, the service of its spans is'),
        in: 'Jaeger',
        // pkg/bootstrap/config.go of Istio, serviceClusterOrDefault: the label app, else the workload
        query: `service=${ownValue(labels, 'app') ?? workload}.${namespace}`,
      },
    ];
  const { collector, samplingPercent } = traces;
  return [
    {
      about,
      says: say`Spans go to ${collector}, of ${samplingPercent} % of the traces that begin at a sidecar. Hand ${'traceparent'} and ${'tracestate'} on from the request that you serve to those that you make. In Jaeger they are found by`,
      in: 'Jaeger',
      query: `service=${workload} tags=k8s.namespace.name=${namespace}`,
    },
  ];
}
