import { pointer } from '../json/pointer.ts';
import { annotationsOf, type Labels, labelsOf, ownValue } from '../kubernetes/pod.ts';
import { quoted } from '../problem/quoted.ts';
import type { FitCheck, Sighting } from './fit-check.ts';

// by which pods ask other meshes for their sidecar, and what they write (documentation of Linkerd, Kuma, Consul and Open Service Mesh)
const WISHES: readonly (readonly [key: string, values: readonly string[], mesh: string])[] = [
  ['linkerd.io/inject', ['enabled', 'ingress'], 'Linkerd'],
  ['kuma.io/sidecar-injection', ['enabled', 'true'], 'Kuma'],
  ['consul.hashicorp.com/connect-inject', ['true'], 'Consul'],
  ['openservicemesh.io/sidecar-injection', ['enabled', 'yes', 'true'], 'Open Service Mesh'],
];

export const FIT005: FitCheck = {
  code: 'FIT005',
  severity: 'needs-change',
  title: 'No other mesh is asked for a sidecar.',
  remedy: 'Take the workload out of the other mesh first: remove its annotation or label.',
  why: 'A pod that asks two meshes gets the sidecars of both where both are there, and their redirects capture each other’s traffic.',
  holds: 'every profile',
  from: 'the documentation of each mesh: its injector takes pods by a mark of its own and knows of no other',
  sightings: ({ pod }) => [...asked(annotationsOf(pod), 'annotations'), ...asked(labelsOf(pod), 'labels')],
};

const asked = (texts: Labels, field: 'annotations' | 'labels'): Sighting[] =>
  WISHES.flatMap(([key, values, mesh]) => {
    const value = ownValue(texts, key);
    if (value === undefined || !values.includes(value)) return [];
    return [{ path: pointer('metadata', field, key), message: `${key}: ${quoted(value)} asks ${mesh} for a sidecar` }];
  });
