import type { IstioProfile } from '../../../api/istio-profile.ts';
import { canonicalJson, digest } from '../../../json/canonical.ts';
import { REDIRECT, ANNOTATIONS as SHARED, SIDECAR, VALIDATION } from '../../names.ts';
import type { ActiveProfile, Shape } from '../active-profile.ts';
import { ISTIO_ANNOTATIONS } from './annotations.ts';
import { effectiveFor } from './effective.ts';
import { initImage, proxyImage } from './image.ts';
import { ANNOTATIONS, OWN_CONTAINERS, OWN_VOLUMES, PORTS } from './names.ts';
import { ordinaryParts } from './ordinary-parts.ts';
import { istioPresets } from './presets.ts';
import { BUILT_IN_PROXY_CONFIG, mergedProxyConfig } from './proxy-config.ts';
import { configVariable, profileVariables } from './proxy-env.ts';
import { type ReadyIstio, renderIstio } from './render.ts';
import { ISTIO_SIGNALS } from './signals.ts';
import { patchedContainer, SIDECAR_TEMPLATE } from './templates.ts';
import { istioTraits } from './traits.ts';

type Spec = IstioProfile['spec'];

/** Makes a profile of kind Istio ready. */
export function activateIstio(profile: IstioProfile): ActiveProfile {
  const { spec } = profile;
  const config = mergedProxyConfig(BUILT_IN_PROXY_CONFIG, spec.proxyConfig);
  const silent = effectiveFor(spec, {}, {}, config);
  const ready: ReadyIstio = {
    name: profile.metadata.name,
    spec,
    revision: digest(canonicalJson(profile)),
    config,
    configVariable: configVariable(config),
    variables: profileVariables(spec),
    ordinary: { hidingToken: ordinaryParts(silent, true), plain: ordinaryParts(silent, false) },
  };
  const asIstio = spec.compatibility === 'Istio';
  return {
    name: ready.name,
    revision: ready.revision,
    refusalRevision: digest(canonicalJson(spec)),
    annotations: ISTIO_ANNOTATIONS,
    own: {
      containers: OWN_CONTAINERS,
      volumes: OWN_VOLUMES,
      // Istio’s are shared on purpose: applications find the workload socket and certificates in them
      privateVolumes: new Set(),
      takesImages: asIstio,
      storedFields: undefined,
      predecessor: ANNOTATIONS.status,
    },
    ports: new Set(
      asIstio
        ? []
        : [
            ...Object.values(PORTS),
            spec.traffic.outboundListener,
            spec.traffic.inboundListener,
            ...[config.statusPort, config.proxyAdminPort].filter((port) => port !== undefined),
          ],
    ),
    shape: shapeOf(spec, asIstio, config.interceptionMode),
    followsServices: false,
    mayStandAlone: asIstio,
    presets: istioPresets(spec, proxyImage(spec.images, NO_WISH, config.image?.imageType)),
    constants: Object.values(ready.ordinary).map(({ status }) => status),
    // labels, ports and containers of its pod stand in its variables, as JSON
    ordinaryPod: undefined,
    traits: istioTraits(spec, config),
    signals: ISTIO_SIGNALS,
    render: (input) => renderIstio(ready, input),
  };
}

const NO_WISH = { image: undefined, type: undefined };

function shapeOf(spec: Spec, asIstio: boolean, mode: string | undefined): Shape {
  const { defaultTemplates, templates, images } = spec;
  const patches = templates.filter(({ name }) => defaultTemplates.includes(name));
  const patched = (name: string, image: string) => String(patchedContainer({ name, image }, patches).image);
  const otherImage = ['sidecar.istio.io/proxyImage', ...(asIstio ? [ANNOTATIONS.overrides] : [])];
  const proxy = {
    lists: ['initContainers', 'containers'] as const,
    name: SIDECAR,
    isSidecar: true,
    image: patched(SIDECAR, proxyImage(images, NO_WISH, spec.proxyConfig.image?.imageType)),
    otherImage,
    absentWith: [],
  };
  const redirectName = spec.capture === 'Cni' ? VALIDATION : REDIRECT;
  const redirect = {
    lists: ['initContainers'] as const,
    name: redirectName,
    isSidecar: false,
    image: patched(redirectName, initImage(images, NO_WISH)),
    otherImage,
    absentWith: [ANNOTATIONS.interceptionMode, ANNOTATIONS.config],
  };
  const usual = spec.capture === 'None' || mode === 'NONE' ? [proxy] : [proxy, redirect];
  return {
    annotations: [SHARED.status, ANNOTATIONS.status],
    // a profile whose pods have other templates unless they name the sidecar’s
    containers: defaultTemplates.includes(SIDECAR_TEMPLATE) ? usual : [],
    absentWith: templates.length === 0 ? [] : [ANNOTATIONS.templates],
  };
}
