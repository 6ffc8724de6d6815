import type { IstioProfile } from '../../../api/istio-profile.ts';
import { canonicalJson, digest } from '../../../json/canonical.ts';
import { pointer } from '../../../json/pointer.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { REDIRECT, ANNOTATIONS as SHARED, SIDECAR, VALIDATION } from '../../names.ts';
import type { ActiveProfile, Shape } from '../active-profile.ts';
import { quantityProblems } from '../profile-amounts.ts';
import { ISTIO_ANNOTATIONS, UNSUPPORTED_TEMPLATES } from './annotations.ts';
import { effectiveFor } from './effective.ts';
import { initImage, proxyImage } from './image.ts';
import { ANNOTATIONS, OWN_CONTAINERS, OWN_VOLUMES, PORTS } from './names.ts';
import { ordinaryParts } from './ordinary-parts.ts';
import { istioPresets } from './presets.ts';
import { BUILT_IN_PROXY_CONFIG, mergedProxyConfig, proxyConfigProblem } from './proxy-config.ts';
import { configVariable, profileVariables } from './proxy-env.ts';
import { type ReadyIstio, renderIstio } from './render.ts';
import { ISTIO_SIGNALS } from './signals.ts';
import { patchedContainer, SIDECAR_TEMPLATE } from './templates.ts';
import { istioTraits } from './traits.ts';
import { isCidrList, isCidrListOrAll, isPortList, isPortListOrAll } from './values.ts';
import { writtenProblems } from './written-problems.ts';

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
    absentWith: templates.length === 0 ? [] : ['inject.istio.io/templates'],
  };
}

/** What the schema of a profile cannot express. */
export function istioProblems({ spec }: IstioProfile): readonly Problem[] {
  return [
    ...amountProblems(spec),
    ...trafficProblems(spec),
    ...templateProblems(spec),
    ...configProblems(spec),
    ...captureProblems(spec),
    ...writtenProblems(spec),
  ];
}

const amountProblems = (spec: Spec): Problem[] =>
  (['resources', 'initResources'] as const).flatMap((part) => quantityProblems(spec[part], 'spec', part));

const PORT_LIST = 'ports with commas between them, such as 8080,9000';
const BLOCKS = 'blocks of addresses with commas between them, such as 10.0.0.0/8,fd00::/8';
const TRAFFIC = [
  ['includeOutboundIPRanges', isCidrListOrAll, `* or ${BLOCKS}`],
  ['excludeOutboundIPRanges', isCidrList, BLOCKS],
  ['includeInboundPorts', isPortListOrAll, `* or ${PORT_LIST}`],
  ['excludeInboundPorts', isPortList, PORT_LIST],
  ['includeOutboundPorts', isPortList, PORT_LIST],
  ['excludeOutboundPorts', isPortList, PORT_LIST],
] as const;

const trafficProblems = ({ traffic, compatibility }: Spec): Problem[] =>
  TRAFFIC.filter(([field, accepts]) => !accepts(traffic[field]))
    // Istio writes it into the rules as it is, which iptables and nftables refuse
    .filter(([field]) => !(field === 'includeOutboundPorts' && compatibility === 'Istio' && traffic[field] === '*'))
    .map(([field, , accepted]) => ({
      path: pointer('spec', 'traffic', field),
      message: `is ${quoted(traffic[field])}; accepted: ${accepted}`,
    }));

function templateProblems({ templates, defaultTemplates }: Spec): Problem[] {
  const names = templates.map(({ name }) => name);
  const taken = new Set(['sidecar', ...UNSUPPORTED_TEMPLATES.keys()]);
  return [
    ...names.flatMap((name, index) => {
      const path = pointer('spec', 'templates', index, 'name');
      if (taken.has(name))
        return [{ path, message: `is ${quoted(name)}, which Istio has a template of; give it another name` }];
      return names.indexOf(name) === index
        ? []
        : [{ path, message: `is ${quoted(name)} for the second time; keep one` }];
    }),
    ...defaultTemplates
      .map((name, index) => ({ name, path: pointer('spec', 'defaultTemplates', index) }))
      .filter(({ name }) => name !== 'sidecar' && !names.includes(name))
      .map(({ name, path }) => ({
        path,
        message: `is ${quoted(name)}; accepted: ${['sidecar', ...names].join(', ')}`,
      })),
  ];
}

// pods that say so themselves are refused one by one
const captureProblems = ({ capture, compatibility, proxyConfig }: Spec): Problem[] =>
  compatibility === 'Corrected' && capture === 'Cni' && proxyConfig.interceptionMode === 'NONE'
    ? [
        {
          path: '/spec/capture',
          message:
            'is "Cni", and Istio’s CNI plugin refuses every pod with interceptionMode NONE, which proxyConfig says; write capture: None to redirect nothing, or another interceptionMode',
        },
      ]
    : [];

function configProblems({ proxyConfig }: Spec): Problem[] {
  const problem = proxyConfigProblem(JSON.stringify(proxyConfig));
  return problem === undefined ? [] : [{ path: '/spec/proxyConfig', message: problem }];
}
