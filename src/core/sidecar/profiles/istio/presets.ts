import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { Preset } from '../../effective-settings.ts';
import { amountPresets } from '../amount-presets.ts';

/**
 * What a profile of kind Istio says that somebody may ask for who looks at a pod.
 * @param image as it is composed for a pod that says nothing
 */
export function istioPresets(
  { order, capture, compatibility, resources, logging, traffic }: IstioProfile['spec'],
  image: string,
): readonly Preset[] {
  const asWritten = [
    'includeInboundPorts',
    'excludeInboundPorts',
    'includeOutboundPorts',
    'excludeOutboundPorts',
    'includeOutboundIPRanges',
  ] as const;
  return [
    { setting: 'image', value: image, path: '/spec/images', changedBy: ['imageType', 'proxyConfig'] },
    ...amountPresets(resources, '/spec/resources'),
    { setting: 'logLevel', value: logging.proxy, path: '/spec/logging/proxy' },
    { setting: 'order', value: order, path: '/spec/order' },
    { setting: 'capture', value: capture, path: '/spec/capture' },
    { setting: 'compatibility', value: compatibility, path: '/spec/compatibility' },
    ...asWritten.map((setting) => ({
      setting,
      value: traffic[setting] || undefined,
      path: `/spec/traffic/${setting}`,
    })),
    {
      setting: 'excludeOutboundCidrs',
      value: traffic.excludeOutboundIPRanges || undefined,
      path: '/spec/traffic/excludeOutboundIPRanges',
    },
  ];
}
