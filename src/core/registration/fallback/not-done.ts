import type { ActivePolicy } from '../../policy/active-policy.ts';
import { TRAFFIC_ANNOTATION } from '../../traffic/traffic-service.ts';

/** What becomes of pods only by the webhook, whichever they are: a sentence each. */
export function notDone({ activeProfiles, exclusions }: ActivePolicy): readonly string[] {
  const following = activeProfiles.filter(({ followsServices }) => followsServices).map(({ name }) => name);
  const [soonest] = exclusions.map(({ expires }) => expires).sort();
  return [
    ...(following.length === 0
      ? []
      : [
          `traffic values of Services (${TRAFFIC_ANNOTATION}): sidecars of the profile ${[...new Set(following)].join(', ')} pass requests on as they come, until their pods are created anew`,
        ]),
    ...(soonest === undefined
      ? []
      : [
          `the end of an exclusion: the first one counts until ${soonest}, here until the policy is exported and applied again`,
        ]),
    'records, metrics, Events and warnings: nothing is called that could write them. The id in the status of a pod names no record; it is made from the uid of its controller, so pods of one controller share it',
    'reasons: a pod that cannot be as injected (Pod Security level, resources of the pod, size) is refused by the API server in its own words',
    'what another webhook changes about a sidecar afterwards, or puts in front of it, stays so',
  ];
}
