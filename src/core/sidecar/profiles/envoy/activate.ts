import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { canonicalJson, digest } from '../../../json/canonical.ts';
import { escapedText } from '../../../json/raw.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { renderBootstrap } from '../../../xds/bootstrap.ts';
import { yamlText } from '../../../xds/yaml-text.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR, SIDECAR_UID } from '../../names.ts';
import type { ActiveProfile, OrdinaryPod, Shape } from '../active-profile.ts';
import { excessProblems, quantityProblems } from '../profile-amounts.ts';
import { followsServices, readsHttp } from './features.ts';
import { hostAndPort } from './host-and-port.ts';
import { PORTS, VOLUMES } from './names.ts';
import { envoyPresets } from './presets.ts';
import { type ReadyEnvoy, renderEnvoy, rulesOf } from './render.ts';
import { ENVOY_ANNOTATIONS, type Settings } from './settings.ts';
import { envoySignals } from './signals.ts';
import { tcpProbeLists } from './tcp-probes.ts';
import { trafficConfigs } from './traffic-configs.ts';
import { parseAddressBlocks, parsePortRanges } from './traffic-exclusions.ts';
import { envoyTraits } from './traits.ts';

const OWN_VOLUMES: ReadonlySet<string> = new Set(Object.values(VOLUMES));

const OWN = {
  containers: new Set([SIDECAR, REDIRECT]),
  volumes: OWN_VOLUMES,
  // the administration socket lies in one, and whoever reaches it can stop the proxy
  privateVolumes: OWN_VOLUMES,
  takesImages: false,
  storedFields: ['name', 'image', 'resources'],
  predecessor: undefined,
} as const;

/** Makes a profile of kind Envoy ready. */
export function activateEnvoy(profile: EnvoyProfile): ActiveProfile {
  const { spec } = profile;
  const { requests, limits } = spec.sidecar.resources;
  const envoyConfig = yamlText(renderBootstrap(spec));
  const defaults: Settings = {
    logLevel: spec.sidecar.logLevel,
    requestCpu: requests.cpu,
    requestMemory: requests.memory,
    limitCpu: limits.cpu,
    limitMemory: limits.memory,
    excludeInboundPorts: parsePortRanges(spec.exclude.inboundPorts.join(',')) ?? [],
    excludeOutboundPorts: parsePortRanges(spec.exclude.outboundPorts.join(',')) ?? [],
    excludeOutboundCidrs: parseAddressBlocks(spec.exclude.outboundCidrs.join(',')) ?? [],
    dependsOn: [],
  };
  const ready: ReadyEnvoy = {
    name: profile.metadata.name,
    spec,
    revision: digest(canonicalJson(profile)),
    defaults,
    redirectRules: rulesOf(defaults, spec.ipFamilies),
    envoyConfig,
    configFor: trafficConfigs(spec, envoyConfig),
  };
  return {
    name: ready.name,
    revision: ready.revision,
    refusalRevision: refusalRevisionOf(spec),
    annotations: ENVOY_ANNOTATIONS,
    own: OWN,
    ports: new Set(Object.values(PORTS)),
    shape: shapeOf(spec),
    followsServices: followsServices(spec),
    mayStandAlone: false,
    presets: envoyPresets(spec),
    constants: [escapedText(envoyConfig)],
    ordinaryPod: ordinaryPodOf(spec),
    traits: envoyTraits(spec),
    signals: envoySignals(spec),
    render: (input) => renderEnvoy(ready, input),
  };
}

/** No check asks which image it is, so that one image can be tried beside another. */
function refusalRevisionOf({ sidecar, redirect, ...rest }: EnvoyProfile['spec']): string {
  const { image: _, ...ofSidecar } = sidecar;
  const { image: _image, ...ofRedirect } = redirect;
  return digest(canonicalJson({ ...rest, sidecar: ofSidecar, redirect: ofRedirect }));
}

function shapeOf({ order, capture, sidecar, redirect }: EnvoyProfile['spec']): Shape {
  const native = order === 'Native';
  const list = native ? ('initContainers' as const) : ('containers' as const);
  const always = { otherImage: [], absentWith: [] };
  const proxy = { ...always, lists: [list], name: SIDECAR, isSidecar: true, image: sidecar.image };
  const first = ['initContainers' as const];
  const rules = { ...always, lists: first, name: REDIRECT, isSidecar: false, image: redirect.image };
  return {
    annotations: [ANNOTATIONS.status, ANNOTATIONS.envoyConfig],
    containers: capture === 'None' ? [proxy] : [proxy, rules],
    absentWith: [],
  };
}

const ordinaryPodOf = (spec: EnvoyProfile['spec']): OrdinaryPod => ({
  withoutTcpProbesIn: tcpProbeLists(spec),
  withoutUser: spec.capture === 'None' ? undefined : SIDECAR_UID,
  outsideJobs: spec.order === 'Classic',
  leastGraceSeconds: spec.order === 'Classic' ? spec.sidecar.drainSeconds : 0,
  // it is the key of the drain
  hasSecretId: readsHttp(spec),
});

/** What the schema of a profile cannot express: amounts that are no quantities, blocks that are no addresses. */
export function envoyProblems({ spec }: EnvoyProfile): readonly Problem[] {
  const parts = ['sidecar', 'redirect'] as const;
  const amounts = parts.flatMap((part) => quantityProblems(spec[part].resources, 'spec', part, 'resources'));
  const excesses = parts.flatMap((part) => excessProblems(spec[part].resources, 'spec', part, 'resources'));
  const blocks = spec.exclude.outboundCidrs.flatMap((block, index) =>
    parseAddressBlocks(block)?.length === 1
      ? []
      : [
          {
            path: `/spec/exclude/outboundCidrs/${index}`,
            message: `is ${quoted(block)}; accepted: a block of addresses, such as 10.0.0.0/8`,
          },
        ],
  );
  return [...amounts, ...excesses, ...blocks, ...collectorProblems(spec.telemetry.tracing)];
}

function collectorProblems({ collector }: EnvoyProfile['spec']['telemetry']['tracing']): readonly Problem[] {
  if (collector === undefined || hostAndPort(collector) !== undefined) return [];
  const message = `is ${quoted(collector)}; accepted: HOST:PORT, such as otel-collector.observability:4317`;
  return [{ path: '/spec/telemetry/tracing/collector', message }];
}
