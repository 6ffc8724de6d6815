import { ANNOTATIONS } from '../../sidecar/names.ts';
import type { ActiveProfile, OrdinaryPod } from '../../sidecar/profiles/active-profile.ts';
import { any, hasKey, not } from '../cel.ts';
import {
  graceIsAtLeast,
  OWNED_BY_JOB,
  OWNED_BY_UID,
  someContainerNamed,
  someContainerRunsAs,
  someMountOf,
  someTcpPort,
  someTcpProbe,
  someVolumeNamed,
} from '../cel-pod.ts';
import type { MatchCondition } from '../match-condition.ts';

/** Pods for which a policy of the API server does nothing although the webhook would inject or refuse them, and what shows them. */
export interface LeftAlone {
  /** Holds for all other pods. */
  readonly unless: MatchCondition;
  readonly pods: string;
}

const ON_POD = 'object.metadata.annotations';

/**
 * The pods whose sidecar would not be the ordinary one of the profile, and those that the webhook refuses for what they bring. Each of
 * them is left alone: what is not given the sidecar it should have is refused by the final state.
 */
export function leftAlone({ annotations, own, ports }: ActiveProfile, ordinary: OrdinaryPod): readonly LeftAlone[] {
  const { withoutTcpProbesIn, withoutUser, outsideJobs, leastGraceSeconds, hasSecretId } = ordinary;
  const settings = [...annotations.keys()];
  const lacking = (name: string, expression: string, pods: string): LeftAlone => ({
    unless: { name, expression },
    pods,
  });
  const found = (name: string, expression: string, pods: string) => lacking(name, not(expression), pods);
  const written = [ANNOTATIONS.status, ANNOTATIONS.envoyConfig];
  return [
    found(
      'was-not-injected-before',
      any(...written.map((key) => hasKey(ON_POD, key))),
      `carry ${written.join(' or ')} already, or a copy of it`,
    ),
    found(
      'sets-nothing-of-its-sidecar',
      any(...settings.map((key) => hasKey(ON_POD, key))),
      `set something about their sidecar, by ${settings.join(', ')}`,
    ),
    found(
      'brings-no-container-of-ours',
      someContainerNamed(own.containers),
      `bring a container under one of the names ${[...own.containers].join(', ')}`,
    ),
    found(
      'brings-no-volume-of-ours',
      any(someVolumeNamed(own.volumes), someMountOf(own.volumes)),
      `bring or mount a volume under one of the names ${[...own.volumes].join(', ')}`,
    ),
    found(
      'listens-on-no-port-of-ours',
      someTcpPort(ports),
      `declare one of the ports ${[...ports].sort((one, other) => one - other).join(', ')}`,
    ),
    ...(withoutUser === undefined
      ? []
      : [found('runs-not-as-the-sidecar', someContainerRunsAs(withoutUser), `run as user ${withoutUser}`)]),
    ...(withoutTcpProbesIn.length === 0
      ? []
      : [
          found(
            'has-no-probe-that-only-connects',
            someTcpProbe(withoutTcpProbesIn),
            'have a tcpSocket probe, which the webhook makes a question to the sidecar',
          ),
        ]),
    ...(outsideJobs
      ? [found('belongs-to-no-job', OWNED_BY_JOB, 'belong to a Job, which an ordinary container keeps from ending')]
      : []),
    ...(leastGraceSeconds === 0
      ? []
      : [
          lacking(
            'has-time-to-drain',
            graceIsAtLeast(leastGraceSeconds),
            `have less than ${leastGraceSeconds} seconds of terminationGracePeriodSeconds, the drainSeconds of the profile`,
          ),
        ]),
    ...(hasSecretId
      ? [
          lacking(
            'belongs-to-a-controller',
            OWNED_BY_UID,
            'belong to no controller: the key by which the kubelet orders the drain is made from the random uid of the controller',
          ),
        ]
      : []),
  ];
}
