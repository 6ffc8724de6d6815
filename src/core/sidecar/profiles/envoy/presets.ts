import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { listed, type Preset } from '../../effective-settings.ts';
import { amountPresets } from '../amount-presets.ts';

/** What a profile of kind Envoy says that somebody may ask for who looks at a pod. */
export function envoyPresets({ sidecar, order, capture, features, exclude }: EnvoyProfile['spec']): readonly Preset[] {
  return [
    { setting: 'image', value: sidecar.image, path: '/spec/sidecar/image' },
    ...amountPresets(sidecar.resources, '/spec/sidecar/resources'),
    { setting: 'logLevel', value: sidecar.logLevel, path: '/spec/sidecar/logLevel' },
    { setting: 'concurrency', value: String(sidecar.concurrency), path: '/spec/sidecar/concurrency' },
    { setting: 'order', value: order, path: '/spec/order' },
    { setting: 'capture', value: capture, path: '/spec/capture' },
    { setting: 'features', value: listed(features) ?? 'none', path: '/spec/features' },
    { setting: 'excludeInboundPorts', value: listed(exclude.inboundPorts), path: '/spec/exclude/inboundPorts' },
    { setting: 'excludeOutboundPorts', value: listed(exclude.outboundPorts), path: '/spec/exclude/outboundPorts' },
    { setting: 'excludeOutboundCidrs', value: listed(exclude.outboundCidrs), path: '/spec/exclude/outboundCidrs' },
  ];
}
