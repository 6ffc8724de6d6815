import { pointer } from '../../../json/pointer.ts';
import { type Labels, ownValue, type Pod } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { Effective } from './effective.ts';
import { ANNOTATIONS, PORTS } from './names.ts';
import { goBool, isPortOrNone } from './values.ts';

/** The port of the agent that a pod asks for; undefined when it does not, or when that is no port. */
export function askedStatusPort(annotations: Labels): string | undefined {
  const said = ownValue(annotations, ANNOTATIONS.statusPort);
  return said !== undefined && isPortOrNone(said) ? said : undefined;
}

const MERGE = 'prometheus.istio.io/merge-metrics';
const TARGETS = 'prometheus.istio.io/scrape-targets';

/** The annotation by which a pod asks for metrics that the agent serves; undefined when it asks for none. */
function metricsWish(annotations: Labels): string | undefined {
  const merges = goBool(ownValue(annotations, MERGE) ?? '');
  if (merges !== undefined) return merges ? MERGE : undefined;
  return Object.hasOwn(annotations, TARGETS) ? TARGETS : undefined;
}

/**
 * What is wrong with the port of the agent that a pod asks for, beyond its form: the agent, the redirect, the probes and the scraping
 * have to agree on it, and nobody else may listen there. Istio passes all of this over.
 */
export function statusPortProblems(
  { spec, asIstio, annotations, config, statusPort, agentIsSilent, holds }: Effective,
  { spec: { containers } }: Pod,
): readonly Problem[] {
  const asked = askedStatusPort(annotations);
  const configured = config.statusPort !== spec.proxyConfig.statusPort && config.statusPort !== PORTS.agent;
  if (asIstio || (asked === undefined && !configured)) return [];
  const key = asked === undefined ? ANNOTATIONS.config : ANNOTATIONS.statusPort;
  const problem = (why: string): Problem[] => [
    { path: pointer('metadata', 'annotations', key), message: `${key} is ${quoted(annotations[key] ?? '')}; ${why}` },
  ];
  const port = Number(statusPort);
  if (String(port) !== statusPort) return problem(`accepted: digits alone, such as ${port}, as the agent reads it`);
  if (agentIsSilent) {
    const silenced = metricsWish(annotations);
    if (silenced !== undefined) return problem(`without that port no metrics are merged; remove it or ${silenced}`);
    // pilot-agent wait asks Envoy, and Envoy asks the agent
    return holds && spec.lifecycle === undefined
      ? problem('without that port the application would wait for its sidecar for ever; remove it')
      : [];
  }
  const { outboundListener, inboundListener } = spec.traffic;
  const sidecars = [...Object.values(PORTS), outboundListener, inboundListener, config.proxyAdminPort];
  if (port !== PORTS.agent && sidecars.includes(port))
    return problem(`the sidecar listens on ${port} already; choose a port of its own`);
  const taken = containers.find(({ ports }) =>
    ports?.some(({ containerPort, protocol }) => containerPort === port && (protocol ?? 'TCP') === 'TCP'),
  );
  if (taken === undefined) return [];
  return problem(`the container ${taken.name} listens on ${port}; choose a port of its own`);
}
