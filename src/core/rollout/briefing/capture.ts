import { itemsOf } from '../../compatibility/fit-object.ts';
import { asText } from '../../json/as-text.ts';
import { pointer } from '../../json/pointer.ts';
import { REDIRECT, VALIDATION } from '../../sidecar/names.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { addedContainers, isNative, keptContainers, type StandingContainer } from './containers.ts';
import { joined, listing, type Phrase, say, words } from './phrase.ts';
import { type Redirected, redirectedBy } from './redirected.ts';
import type { Evidence, Statement } from './statement.ts';

/** Which traffic of the pods passes the sidecar, and which is left alone. */
export function captureStatements(briefed: BriefedPod): readonly Statement[] {
  const added = addedContainers(briefed);
  const found = added.flatMap((container) => {
    const redirected = redirectedBy(container.fields, briefed.subject.rendering().capture);
    return redirected === undefined ? [] : [{ container, redirected }];
  })[0];
  if (found === undefined) return [uncaptured(added)];
  const { container, redirected } = found;
  const evidence: Evidence[] = [{ place: `${container.place}/args`, is: container.fields.args }];
  const ports = authorsPorts(briefed);
  return [
    {
      kind: 'Capture',
      says: inboundText(redirected, ports, container.name),
      evidence: [...evidence, ...portEvidence(ports)],
    },
    { kind: 'Capture', says: outboundText(redirected), evidence },
    ...leftAlone(redirected, ports, evidence),
  ];
}

/** That nothing is redirected: no container is there that would, or it is told to do something else. */
function uncaptured(added: readonly StandingContainer[]): Statement {
  const places = [REDIRECT, VALIDATION].map((name) => pointer('spec', 'initContainers', name));
  const standing = added.filter(({ place }) => places.includes(place));
  const otherwise = standing.map(({ name }) => say` ${name} is there, with arguments that redirect nothing.`);
  return {
    kind: 'Capture',
    says: say`No traffic passes the sidecar by itself: nothing is redirected to it.${otherwise.flat()}`,
    evidence: places.map((place) => {
      const container = standing.find((one) => one.place === place);
      return container === undefined ? { place, absent: true } : { place: `${place}/args`, is: container.fields.args };
    }),
  };
}

interface AuthorsPort {
  readonly port: number;
  readonly protocol: string;
  readonly container: StandingContainer;
}

/** The ports that the author’s containers declare. */
function authorsPorts(briefed: BriefedPod): readonly AuthorsPort[] {
  return keptContainers(briefed)
    .filter((container) => container.list === 'containers' || isNative(container))
    .flatMap((container) =>
      itemsOf(container.fields.ports).map(({ containerPort, protocol }) => ({
        port: Number(containerPort),
        protocol: protocol === undefined ? 'TCP' : asText(protocol),
        container,
      })),
    );
}

const portEvidence = (ports: readonly AuthorsPort[]): Evidence[] =>
  [...new Set(ports.map(({ container }) => container))].map(({ place, fields }) => ({
    place: `${place}/ports`,
    is: fields.ports,
  }));

const isCaptured = ({ inbound }: Redirected, { port, protocol }: AuthorsPort): boolean =>
  protocol === 'TCP' && inbound.takes(port);

function inboundText(redirected: Redirected, ports: readonly AuthorsPort[], by: string): Phrase {
  const { inbound } = redirected;
  const captured = ports.filter((port) => isCaptured(redirected, port)).map(({ port }) => String(port));
  const declared =
    captured.length === 0 ? [] : say`, of those that your containers declare: ${listing([...new Set(captured)])}`;
  if (inbound.only !== undefined)
    return inbound.only.length === 0
      ? words('What comes in does not pass the sidecar.')
      : say`What comes in over TCP on port ${listing(inbound.only)} passes the sidecar${declared}. ${by} sees to that.`;
  return say`What comes in over TCP passes the sidecar, on every port but ${listing(inbound.except)}${declared}. ${by} sees to that.`;
}

function outboundText({ outbound }: Redirected): Phrase {
  const excepted: Phrase[] = [
    ...(outbound.exceptPorts.length === 0 ? [] : [say`to port ${listing(outbound.exceptPorts)}`]),
    ...(outbound.exceptBlocks.length === 0 ? [] : [say`to ${listing(outbound.exceptBlocks)}`]),
    words('within the pod'),
  ];
  const only = outbound.only.length === 0 ? [] : say` to ${listing(outbound.only)}`;
  return say`What your containers send over TCP${only} passes the sidecar, but for what goes ${joined(excepted, ' or ')}.`;
}

function leftAlone(redirected: Redirected, ports: readonly AuthorsPort[], evidence: readonly Evidence[]): Statement[] {
  const left = ports.filter((port) => !isCaptured(redirected, port));
  if (left.length === 0) return [];
  const named = left.map(({ port, protocol, container }) => say`${`${port}/${protocol}`} of ${container.name}`);
  return [
    {
      kind: 'LeftAlone',
      says: say`Left alone, so that the sidecar neither sees nor counts it: ${joined(named)}.`,
      evidence: [...evidence, ...portEvidence(left)],
    },
  ];
}
