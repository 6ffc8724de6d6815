import { fieldsOf } from '../json/fields-of.ts';
import { type AuthorsContainer, runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';

export const FIT036: FitCheck = {
  code: 'FIT036',
  severity: 'note',
  title: 'The application cannot change the redirect.',
  remedy: 'Take the right from the container where it is not needed.',
  why: 'Who has NET_ADMIN in the pod’s network can remove the rules that send traffic through the sidecar, or replace them by accident.',
  holds: 'profiles that capture traffic',
  sightings: (examined) =>
    examined.subject.profile.traits.captures
      ? runningContainers(examined).flatMap((container) => mayChangeRules(container))
      : [],
};

function mayChangeRules({ container: { name }, path, fields }: AuthorsContainer) {
  const { privileged, capabilities } = fieldsOf(fields.securityContext);
  if (privileged === true)
    return [{ path: `${path}/securityContext/privileged`, message: `the container ${name} is privileged` }];
  const { add } = fieldsOf(capabilities);
  const added: readonly unknown[] = Array.isArray(add) ? add : [];
  const right = added.find((one) => one === 'NET_ADMIN' || one === 'ALL');
  if (right === undefined) return [];
  return [{ path: `${path}/securityContext/capabilities/add`, message: `the container ${name} has ${String(right)}` }];
}
