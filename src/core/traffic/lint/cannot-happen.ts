import type { RuleText } from './rule.ts';

/** A mistake that people make with Istio’s own objects and cannot make with traffic values. */
export type Impossible = Pick<RuleText, 'code' | 'sentence' | 'evidence'> & {
  /** What keeps it from happening. */
  readonly because: string;
};

/** The numbers of rules that nothing could break, so that whoever looks for one finds it. */
export const CANNOT_HAPPEN: readonly Impossible[] = [
  {
    code: 'MESH022',
    sentence: 'A retry budget comes with limits on connections.',
    because:
      'a retryBudget is written with every limit beside it, also where circuitBreaker is none: then the limits are the highest there are.',
    evidence: 'istiod leaves a retryBudget out where the connectionPool is absent.',
  },
  {
    code: 'MESH032',
    sentence: 'There is one VirtualService for each host.',
    because:
      'values describe one service, and nobody writes a VirtualService. The same service described twice is MESH053.',
    evidence: 'Of two for one host in the mesh one is not looked at: istio/istio#36621, #22997; IST0109.',
  },
  {
    code: 'MESH034',
    sentence: 'Hosts are full names, and what is said of a service stands in its namespace.',
    because:
      'values name services, as name or namespace/name, and never a host within the mesh; the hosts of expose have to have a dot.',
    evidence: 'A short name means another service in another namespace: istio/istio#15556, #42570, #14817.',
  },
  {
    code: 'MESH036',
    sentence: 'What holds for one version only comes with routes to that version.',
    because:
      'no limit, ejection or load balancing can be chosen for one version: canary and mirror choose requests alone.',
    evidence: 'A policy of a subset that no VirtualService leads to is never applied: istio/istio.io#4653.',
  },
];
