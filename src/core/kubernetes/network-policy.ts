import { type LabelSelector, matcher } from './label-selector.ts';
import type { Labels } from './pod.ts';

/** A NetworkPolicy, as far as it says who may reach a pod. */
export interface NetworkPolicy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly IngressRule[] | null;
  };
}

interface IngressRule {
  readonly ports?: readonly { readonly port?: number | string; readonly endPort?: number }[] | null;
  readonly from?: readonly { readonly ipBlock?: unknown }[] | null;
}

/** A port of a pod: a policy may say its number or its name. */
export interface PodPort {
  readonly number: number;
  readonly name: string;
}

/**
 * The policies that keep an API server from a port of a pod. It runs outside of the pod network, so that no selector of pods or namespaces
 * means it: only a rule for everybody lets it in, or one for a block of addresses, whose addresses are not compared.
 * @returns none when no policy selects the pod, or one of them lets it in, since they add up
 */
export function shutOutBy(policies: readonly NetworkPolicy[], pod: Labels, port: PodPort): readonly NetworkPolicy[] {
  const selecting = policies.filter(
    ({ spec }) => (spec.policyTypes ?? ['Ingress']).includes('Ingress') && matcher(spec.podSelector ?? {})(pod),
  );
  const lets = ({ ports, from }: IngressRule): boolean =>
    ((ports ?? []).length === 0 || (ports ?? []).some((each) => isOf(each, port))) &&
    ((from ?? []).length === 0 || (from ?? []).some(({ ipBlock }) => ipBlock !== undefined));
  return selecting.some(({ spec }) => (spec.ingress ?? []).some(lets)) ? [] : selecting;
}

const isOf = (
  { port, endPort }: { readonly port?: number | string; readonly endPort?: number },
  { number, name }: PodPort,
): boolean =>
  port === undefined || port === name || (typeof port === 'number' && port <= number && number <= (endPort ?? port));
