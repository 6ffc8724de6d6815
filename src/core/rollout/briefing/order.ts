import { fieldsOf } from '../../json/fields-of.ts';
import { SIDECAR } from '../../sidecar/names.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { addedContainers, calledIn, isNative, type StandingContainer, standingContainers } from './containers.ts';
import { joined, type Phrase, say, words } from './phrase.ts';
import type { Evidence, Statement } from './statement.ts';

/** In which order the containers of the pods start and end, and what waits for what. */
export function orderStatements(briefed: BriefedPod): readonly Statement[] {
  const added = new Set(addedContainers(briefed).map(({ place }) => place));
  const containers = standingContainers(briefed.after);
  const sidecar = containers.find(({ name, place }) => name === SIDECAR && added.has(place));
  if (sidecar === undefined) return [];
  return [startStatement(containers, added, sidecar), stopStatement(briefed, sidecar)];
}

function startStatement(
  containers: readonly StandingContainer[],
  added: ReadonlySet<string>,
  sidecar: StandingContainer,
): Statement {
  const steps = containers
    .filter(({ list }) => list === 'initContainers')
    .map((container) =>
      isNative(container)
        ? say`${calledIn(added, container)} starts${waitText(container)} and stays`
        : say`${calledIn(added, container)} runs to its end`,
    );
  const running = containers.filter(({ list }) => list === 'containers');
  const last = say`${joined(running.map((container) => calledIn(added, container)))} start${words(running.length === 1 ? 's' : '')}`;
  return {
    kind: 'StartOrder',
    says: say`Start: ${joined([...steps, last], ', then ')}. ${waiting(sidecar, running)}`,
    evidence: [...ordersOf(containers), ...waitEvidence(sidecar)],
  };
}

function waiting(sidecar: StandingContainer, running: readonly StandingContainer[]): Phrase {
  if (isNative(sidecar)) return words('Your containers wait for the sidecar.');
  if (running[0]?.name === sidecar.name && fieldsOf(sidecar.fields.lifecycle).postStart !== undefined)
    return words('Your containers wait for the sidecar: it holds them back until it is ready.');
  return words('Your containers do not wait for the sidecar: calls in their first moments may fail.');
}

/** How long what comes behind a container waits for it at most. */
function waitText({ fields }: StandingContainer): Phrase {
  const { periodSeconds = 10, failureThreshold = 3 } = fieldsOf(fields.startupProbe);
  if (fields.startupProbe === undefined) return [];
  return say`, for which the next waits at most ${Number(periodSeconds) * Number(failureThreshold)} s,`;
}

const ordersOf = (containers: readonly StandingContainer[]): Evidence[] =>
  (['initContainers', 'containers'] as const).flatMap((list) => {
    const order = containers.filter((container) => container.list === list).map(({ name }) => name);
    return order.length === 0 ? [] : [{ place: `/spec/${list}`, order }];
  });

const waitEvidence = ({ place, fields }: StandingContainer): Evidence[] => [
  ...(fields.restartPolicy === undefined ? [] : [{ place: `${place}/restartPolicy`, is: fields.restartPolicy }]),
  ...(fields.startupProbe === undefined ? [] : [{ place: `${place}/startupProbe`, is: fields.startupProbe }]),
];

// what the API server writes where nobody says it
const DEFAULT_GRACE_SECONDS = 30;

function stopStatement({ after, subject }: BriefedPod, sidecar: StandingContainer): Statement {
  const grace = after.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  const { preStop } = fieldsOf(sidecar.fields.lifecycle);
  const { drainSeconds } = subject.profile.traits;
  const drains = say`It goes on for calls that are under way for at most ${Math.min(drainSeconds, grace)} s.`;
  const letsGo = words(preStop === undefined ? '' : ' Meanwhile it lets go of its clients.');
  const within = say`All of it happens within the grace period of ${grace} s, which stays as it is.`;
  return {
    kind: 'StopOrder',
    says: isNative(sidecar)
      ? say`Stop: your containers are told to end as ever, and ${sidecar.name} only once they have ended.${letsGo} ${within}`
      : say`Stop: ${sidecar.name} is told to end at the same moment as your containers. ${drains} ${within}`,
    evidence: [
      { place: '/spec/terminationGracePeriodSeconds', is: grace },
      { place: sidecar.place },
      // its path is secret and differs from pod to pod
      ...(preStop === undefined ? [] : [{ place: `${sidecar.place}/lifecycle/preStop` }]),
    ],
  };
}
