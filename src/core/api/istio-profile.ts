import { type Static, Type } from 'typebox';
import { Certificates } from './istio/certificates.ts';
import { flag, from } from './istio/fields.ts';
import { Images } from './istio/images.ts';
import { Logging } from './istio/logging.ts';
import { Mesh } from './istio/mesh.ts';
import { Probes } from './istio/probes.ts';
import { resources } from './istio/resources.ts';
import { Rights } from './istio/rights.ts';
import { Fields, Template, Texts } from './istio/template.ts';
import { Traffic } from './istio/traffic.ts';
import { ProxyConfig } from './istio-proxy-config.ts';
import { closed, Order, profileOf } from './profile-building-blocks.ts';

export type { Template };

/** The sidecar of an existing istiod. What is left out is as in the built-in profile `istio`. */
export const IstioProfile = profileOf(
  Type.Object(
    {
      kind: Type.Enum(['Istio'], { description: 'Istio: proxyv2 for an istiod that is already there.' }),
      compatibility: Type.Enum(['Corrected', 'Istio'], {
        default: 'Corrected',
        description:
          'Istio: what Istio’s own injector renders, its faults included. Corrected: without the faults that docs/istio-profile.md lists.',
      }),
      order: Order('Native: an init container that restarts always. Classic: an ordinary container.'),
      capture: Type.Enum(['Redirect', 'Cni', 'None'], {
        default: 'Redirect',
        description: from(
          'Redirect: istio-init installs the rules. Cni: Istio’s CNI plugin does, and istio-validation checks it. None: nothing is redirected.',
          'pilot.cni.enabled',
        ),
      }),
      holdApplication: flag(
        false,
        'In Classic order the application starts after the sidecar.',
        'global.proxy.holdApplicationUntilProxyStarts',
      ),
      images: Images,
      resources: resources(
        { cpu: '100m', memory: '128Mi' },
        { cpu: '2', memory: '1Gi' },
        'Of the proxy. Istio: global.proxy.resources.',
      ),
      initResources: resources(
        { cpu: '10m', memory: '40Mi' },
        { cpu: '100m', memory: '128Mi' },
        'Of the redirect container; with compatibility Istio it has those of the proxy.',
      ),
      lifecycle: Type.Optional(
        Type.Unsafe<Record<string, unknown>>({
          ...Fields,
          description: from('The proxy’s life cycle calls, instead of the usual ones.', 'global.proxy.lifecycle'),
        }),
      ),
      logging: Logging,
      traffic: Traffic,
      probes: Probes,
      mesh: Mesh,
      certificates: Certificates,
      rights: Rights,
      proxyConfig: Type.Unsafe<ProxyConfig>({
        ...(ProxyConfig as object),
        default: {},
        description: from(
          'What every proxy is configured with, before the pod’s own word.',
          'meshConfig.defaultConfig',
        ),
      }),
      annotations: Type.Unsafe<Record<string, string>>({
        ...Texts,
        default: {},
        description: from('Written on every pod.', 'sidecarInjectorWebhook.injectedAnnotations'),
      }),
      templates: Type.Array(Template, {
        default: [],
        maxItems: 32,
        description:
          'Structural patches that a pod names in inject.istio.io/templates, beside the built-in one, sidecar.',
      }),
      defaultTemplates: Type.Array(Type.String({ minLength: 1, maxLength: 63 }), {
        default: ['sidecar'],
        minItems: 1,
        maxItems: 32,
        description: from('Those of a pod that names none.', 'sidecarInjectorWebhook.defaultTemplates'),
      }),
    },
    { ...closed, description: 'What the sidecar looks like.' },
  ),
);
export type IstioProfile = Static<typeof IstioProfile>;
