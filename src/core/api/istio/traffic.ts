import { Type } from 'typebox';
import { Port } from '../profile-building-blocks.ts';
import { flag, from, group, word } from './fields.ts';

/** What of the pod’s traffic is captured. */
export const Traffic = Type.Object(
  {
    includeOutboundIPRanges: word('*', 'Destinations that are captured.', 'global.proxy.includeIPRanges'),
    excludeOutboundIPRanges: word('', 'Destinations that are not captured.', 'global.proxy.excludeIPRanges'),
    includeInboundPorts: word('*', 'Own ports that are captured.', 'global.proxy.includeInboundPorts'),
    excludeInboundPorts: word('', 'Own ports that are not captured.', 'global.proxy.excludeInboundPorts'),
    includeOutboundPorts: word('', 'Ports captured whatever the destination.', 'global.proxy.includeOutboundPorts'),
    excludeOutboundPorts: word('', 'Ports never captured.', 'global.proxy.excludeOutboundPorts'),
    inboundPolicy: Type.Enum(['Passthrough', 'Localhost'], {
      default: 'Passthrough',
      description: from('Where inbound traffic arrives.', 'meshConfig.inboundTrafficPolicy.mode'),
    }),
    outboundListener: Type.Integer({
      ...Port,
      default: 15001,
      description: from('Port of the outbound listener.', 'meshConfig.proxyListenPort'),
    }),
    inboundListener: Type.Integer({
      ...Port,
      default: 15006,
      description: from('Port of the inbound listener.', 'meshConfig.proxyInboundListenPort'),
    }),
    forceApply: flag(false, 'Rules are applied even where they seem to stand.', 'global.proxy_init.forceApplyIptables'),
    nativeNftables: flag(false, 'Rules are written for nftables.', 'global.nativeNftables'),
  },
  { ...group, description: 'Which traffic passes the proxy.' },
);
