import type { ObjectState, RegistrationMetrics } from '../../cluster/registration/object-state.ts';
import type { Remarks } from './remarks.ts';

/** Which states of an object somebody has to know of, and the way back from them. */
const REMARKABLE: ReadonlyMap<ObjectState, string> = new Map([
  ['deleted-by-hand', 'pillion registration restore brings it back'],
  ['drifted', 'apply pillion registration render again'],
  ['missing', 'apply pillion registration render'],
  ['left-over', 'delete it, the policy no longer renders it'],
]);

/** Passes everything on to `metrics`, and has the objects that do not stand as they should among the remarks. */
export function remarkedRegistration(metrics: RegistrationMetrics, remarks: Remarks): RegistrationMetrics {
  const states = new Map<string, { readonly name: string; readonly state: ObjectState }>();
  return {
    applied: (result) => metrics.applied(result),
    repaired: (resource, name) => metrics.repaired(resource, name),
    state(resource, name, state) {
      metrics.state(resource, name, state);
      if (state === undefined) states.delete(`${resource}/${name}`);
      else states.set(`${resource}/${name}`, { name, state });
      for (const [remarkable, wayBack] of REMARKABLE) {
        const names = [...states.values()].filter((each) => each.state === remarkable).map((each) => each.name);
        const sentence = `registration: ${remarkable.replaceAll('-', ' ')}: ${[...new Set(names)].sort().join(', ')}; ${wayBack}`;
        remarks.say(`registration ${remarkable}`, names.length === 0 ? undefined : sentence);
      }
    },
  };
}
