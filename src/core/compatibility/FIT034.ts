import type { FitCheck } from './fit-check.ts';
import type { Json } from './fit-object.ts';

export const FIT034: FitCheck = {
  code: 'FIT034',
  severity: 'incompatible',
  title: 'The pod finds the control plane by its name.',
  remedy: 'Use dnsPolicy: ClusterFirst.',
  why: 'With dnsPolicy: Default names are asked of the node’s server, which does not know those of Services; the sidecar never gets its configuration, and the pod never becomes ready.',
  holds: 'profiles of kind Istio whose control plane is a Service of the cluster',
  from: 'the documentation of dnsPolicy; the node of the tests has no resolver of its own to show it with',
  sightings: ({ subject, pod }) => {
    const host = subject.profile.traits.controlPlane?.host ?? '';
    const { dnsPolicy } = pod.spec as Json;
    if (dnsPolicy !== 'Default' || !/\.svc(\.|$)/.test(host)) return [];
    return [{ path: '/spec/dnsPolicy', message: `is Default, with which nobody finds ${host}` }];
  },
};
