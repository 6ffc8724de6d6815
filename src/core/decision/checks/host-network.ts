import type { Check } from '../subject.ts';

/** Does it share the network of its node? */
export const hostNetwork: Check<'host-network'> = ({ pod }) =>
  pod.spec.hostNetwork === true ? { reason: 'host-network', rule: '' } : undefined;
