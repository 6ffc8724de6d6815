import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { digest } from '../../../json/canonical.ts';
import { ownerOf } from '../../../kubernetes/owner.ts';
import type { Pod } from '../../../kubernetes/pod.ts';
import { VERSION } from '../../../version.ts';
import { kubectlDefaults } from '../../kubectl-defaults.ts';
import { ANNOTATIONS, SIDECAR_UID } from '../../names.ts';
import { type Capture, NO_PARTS, type RenderInput, type Rendering } from '../../rendering.ts';
import { statusOf } from '../../status.ts';
import { redirectContainer, sidecarContainer } from './containers.ts';
import { followsServices } from './features.ts';
import { applyOverrides } from './override.ts';
import { podTraffic } from './pod-traffic.ts';
import { redirectRules } from './redirect-rules.ts';
import { type Settings, settingsOf } from './settings.ts';
import { tcpProbes } from './tcp-probes.ts';
import type { TrafficConfigs } from './traffic-configs.ts';
import type { PortRange } from './traffic-exclusions.ts';
import { volumes } from './volumes.ts';

/** A profile of kind Envoy, made ready: what does not depend on the pod is rendered once, when the profile is loaded. */
export interface ReadyEnvoy {
  readonly name: string;
  readonly spec: EnvoyProfile['spec'];
  readonly revision: string;
  readonly defaults: Settings;
  /** The redirect rules of a pod that changes no setting. */
  readonly redirectRules: string;
  /** Envoy’s configuration as it stands in the annotation of a pod about whose traffic no Service says anything. */
  readonly envoyConfig: string;
  readonly configFor: TrafficConfigs;
}

/** Renders a plain Envoy for one pod. Equal input gives an equal value. */
export function renderEnvoy(ready: ReadyEnvoy, input: RenderInput): Rendering {
  const { original, overrides, tokenIsMounted: hidesToken } = input;
  const { spec, defaults } = ready;
  const fromAnnotations = settingsOf(original, defaults);
  const { settings, ...fromOverrides } = applyOverrides(overrides, fromAnnotations.settings);
  const native = spec.order === 'Native';
  const workload = workloadName(original);
  const drainSeconds = native ? 0 : drainOf(original, spec.sidecar.drainSeconds);
  const { changes, checks } = tcpProbes(original, spec, settings);
  const sidecar = sidecarContainer(spec, settings, {
    workload,
    hidesToken,
    checks,
    drainSeconds,
    // no secret from whoever can read the pod, its record or the audit log: ARCHITECTURE.md says what they could do with it
    drainKey: input.recordId,
  });
  const rules = settings === defaults ? ready.redirectRules : rulesOf(settings, spec.ipFamilies);
  const captures = spec.capture === 'Redirect';
  const redirect = captures ? [redirectContainer(spec, rules, { hidesToken })] : [];
  const parts = {
    // in front of the author’s init containers, whose traffic would otherwise pass uncaptured
    initContainers: native ? { first: [...redirect, sidecar], last: [] } : { first: [], last: redirect },
    containers: native ? NO_PARTS : { first: [], last: [sidecar] },
    volumes: { first: [], last: volumes(hidesToken) },
    imagePullSecrets: NO_PARTS,
  };
  const traffic = followsServices(spec)
    ? podTraffic(original, input.namespace, settings.dependsOn, input.services, spec)
    : undefined;
  const envoyConfig = ready.configFor(traffic, input.services);
  const ownConfig = envoyConfig === ready.envoyConfig ? '' : envoyConfig;
  const specDigest = digest(
    JSON.stringify([VERSION, ready.revision, settings, workload, hidesToken, checks, drainSeconds, ownConfig]),
  );
  const annotations = { ...kubectlDefaults(original), [ANNOTATIONS.envoyConfig]: envoyConfig };
  const changed = { ...parts, labels: {}, annotations, removedAnnotations: [], changes };
  const status = statusOf(input, changed, { profile: ready.name, specDigest });
  return {
    injection: { ...changed, annotations: { ...annotations, [ANNOTATIONS.status]: status } },
    origins: [...fromAnnotations.origins, ...fromOverrides.origins],
    traffic,
    capture: capturedBy(settings, captures),
    amounts: settings,
    outlivesJobs: !native,
    exemptUser: captures ? SIDECAR_UID : undefined,
    annotationProblems: fromAnnotations.problems,
    overrideProblems: fromOverrides.problems,
    probeProblems: [],
    podProblems: [],
  };
}

const capturedBy = (settings: Settings, captures: boolean): Capture =>
  captures
    ? {
        excludedInboundPorts: settings.excludeInboundPorts.map(rangeText),
        excludedOutboundPorts: settings.excludeOutboundPorts.map(rangeText),
        excludedOutboundBlocks: settings.excludeOutboundCidrs.map(({ cidr }) => cidr),
      }
    : 'None';

const rangeText = ({ from, to }: PortRange): string => (from === to ? String(from) : `${from}-${to}`);

const DEFAULT_GRACE_SECONDS = 30;

/** The API server refuses a pod that is to sleep for longer than its grace period. */
const drainOf = ({ spec }: Pod, seconds: number): number =>
  Math.max(0, Math.min(seconds, spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS));

/** The redirect rules under these settings. */
export const rulesOf = (settings: Settings, ipFamilies: EnvoyProfile['spec']['ipFamilies']): string =>
  redirectRules(
    {
      inboundPorts: settings.excludeInboundPorts,
      outboundPorts: settings.excludeOutboundPorts,
      outboundCidrs: settings.excludeOutboundCidrs,
    },
    ipFamilies,
  );

/**
 * The name under which Envoy’s metrics are grouped: the workload’s, else what the pod itself is called. A generated name goes
 * after the one it is generated from, which is there at every call.
 */
function workloadName(pod: Pod): string {
  const { name, generateName } = pod.metadata;
  return ownerOf(pod)?.name ?? (generateName?.replace(/-$/, '') || name || 'pod');
}
