import { itemsOf, type Json } from '../../compatibility/fit-object.ts';
import { asText } from '../../json/as-text.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { pointer } from '../../json/pointer.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import type { BriefedPod } from './briefed-pod.ts';
import { joined, type Phrase, say, words } from './phrase.ts';
import type { Statement } from './statement.ts';

const LISTS = ['initContainers', 'containers'] as const;
export type ContainerList = (typeof LISTS)[number];

/** A container of a pod, and where it stands. */
export interface StandingContainer {
  readonly name: string;
  readonly list: ContainerList;
  readonly place: string;
  readonly fields: Json;
}

/** The containers of a pod in the order in which the kubelet starts them. */
export const standingContainers = ({ spec }: Pod): readonly StandingContainer[] =>
  LISTS.flatMap((list) =>
    itemsOf(spec[list]).map((fields) => {
      const name = asText(fields.name);
      return { name, list, place: pointer('spec', list, name), fields };
    }),
  );

/** Whether a container starts before those of the author and stays. */
export const isNative = ({ list, fields }: StandingContainer): boolean =>
  list === 'initContainers' && fields.restartPolicy === 'Always';

/** The containers of the author; those under names of the sidecar ask for another shape of it. */
const authorsOwn = ({ before, subject }: BriefedPod): readonly StandingContainer[] =>
  standingContainers(before).filter(({ name }) => !subject.profile.own.containers.has(name));

/** The containers that the injection brings. */
export function addedContainers(briefed: BriefedPod): readonly StandingContainer[] {
  const standing = new Set(authorsOwn(briefed).map(({ place }) => place));
  return standingContainers(briefed.after).filter(({ place }) => !standing.has(place));
}

/** The containers of the author that stand in the injected pod as well. */
export function keptContainers(briefed: BriefedPod): readonly StandingContainer[] {
  const after = new Set(standingContainers(briefed.after).map(({ place }) => place));
  return authorsOwn(briefed).filter(({ place }) => after.has(place));
}

/** What containers the injection brings, and which of the author’s become part of them. */
export function containerStatements(briefed: BriefedPod): readonly Statement[] {
  const added = addedContainers(briefed).map(addedStatement);
  const after = new Set(standingContainers(briefed.after).map(({ place }) => place));
  const taken = standingContainers(briefed.before)
    .filter(({ name }) => briefed.subject.profile.own.containers.has(name))
    .map(
      ({ name, place }): Statement => ({
        kind: 'Container',
        says: say`Your own container ${name}, by which the pod asks for another shape of it, becomes part of the one that is added.`,
        evidence: [after.has(place) ? { place } : { place, absent: true }],
      }),
    );
  return [...added, ...taken];
}

/** That a container of the sidecar comes into the pods. */
export function addedStatement(container: StandingContainer): Statement {
  const { name, place, fields } = container;
  return {
    kind: 'Container',
    says: say`${name} is added, ${roleOf(container)}. Its image is ${asText(fields.image)}. ${rightsOf(fields)}${portsOf(fields)}`,
    evidence: [
      { place },
      { place: `${place}/image`, is: fields.image },
      ...(fields.securityContext === undefined
        ? []
        : [{ place: `${place}/securityContext`, is: fields.securityContext }]),
      ...(fields.ports === undefined ? [] : [{ place: `${place}/ports`, is: fields.ports }]),
    ],
  };
}

function roleOf(container: StandingContainer): Phrase {
  if (isNative(container)) return words('which starts before your containers and runs beside them');
  return words(
    container.list === 'containers'
      ? 'which runs beside your containers'
      : 'which runs to its end before your containers start',
  );
}

function rightsOf({ securityContext }: Json): Phrase {
  const { runAsUser, privileged, capabilities, readOnlyRootFilesystem } = fieldsOf(securityContext);
  const { add } = fieldsOf(capabilities);
  const rights = Array.isArray(add) ? add.map(asText) : [];
  const says: Phrase[] = [
    typeof runAsUser === 'number'
      ? words(runAsUser === 0 ? 'as root' : `as user ${runAsUser}`)
      : words('as its image says'),
    ...(privileged === true ? [words('privileged')] : []),
    ...(rights.length > 0 ? [say`with the right ${joined(rights.map((right) => say`${right}`))}`] : []),
    ...(rights.length === 0 && privileged !== true ? [words('without added rights')] : []),
    ...(readOnlyRootFilesystem === true ? [words('on a read-only root')] : []),
  ];
  return say`It runs ${joined(says)}.`;
}

function portsOf({ ports }: Json): Phrase {
  const listed = itemsOf(ports).map(({ name, containerPort }) =>
    name === undefined ? words(asText(containerPort)) : say`${asText(containerPort)} (${asText(name)})`,
  );
  return listed.length === 0 ? [] : say` It declares port ${joined(listed)}.`;
}

/** How a container is called in a sentence about several: whose it is. */
export const calledIn = (added: ReadonlySet<string>, { name, place }: StandingContainer): Phrase =>
  added.has(place) ? say`${name}` : say`your ${name}`;
