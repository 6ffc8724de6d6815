import { join } from 'node:path';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { expanded, fieldValue, type PodPlace, variablesOf } from './environment.ts';
import { copyOfImage, type Image, type Images, imageNamed, ownFile } from './image.ts';
import { lastMessageMount } from './last-message.ts';
import { makeMountPoint } from './mount-point.ts';
import { type NameServer, resolverFile } from './name-server.ts';
import { type Mount, sandboxCommand } from './sandbox.ts';

/** What a container is prepared from. */
export interface ContainerSource {
  readonly pod: V1Pod;
  readonly place: PodPlace;
  readonly images: Images;
  readonly nameServer: NameServer | undefined;
  /** Address of the API server for pods. */
  readonly apiServer: string;
  /** A folder of its own. */
  readonly folder: string;
  /** The folder of a volume of the pod. */
  volume(name: string): string;
}

/**
 * Lays a container's files out and returns the words that run it inside the pod's network.
 * Rejects with a sentence about what the test node cannot do.
 */
export async function preparedContainer(spec: V1Container, source: ContainerSource): Promise<string[]> {
  const { pod, place, folder } = source;
  const image = imageOf(spec, source.images);
  const root = await copyOfImage(image, join(folder, 'root'));
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const own = place.podIps.map((ip) => `${ip} ${name}\n`);
  const aliases = (pod.spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => `${ip} ${hostnames.join(' ')}\n`);
  await ownFile(root, 'etc/hosts', `127.0.0.1 localhost\n::1 localhost\n${own.join('')}${aliases.join('')}`);
  await ownFile(root, 'etc/resolv.conf', resolverFile(source.nameServer, namespace));
  const variables = variablesOf(spec, image.environment ?? {}, source.apiServer, (path) =>
    fieldValue(pod, place, path),
  );
  const words = (list: readonly string[]) => list.map((word) => expanded(word, variables));
  const context = { ...pod.spec?.securityContext, ...spec.securityContext };
  const user = context.runAsUser ?? image.user ?? 0;
  if (context.runAsNonRoot && user === 0)
    throw new Error(`container ${spec.name} has runAsNonRoot and its image would run as root: give it a user`);
  const groups = [pod.spec?.securityContext?.fsGroup ?? [], pod.spec?.securityContext?.supplementalGroups ?? []].flat();
  return sandboxCommand({
    root,
    user,
    group: context.runAsGroup ?? image.group ?? 0,
    groups,
    capabilities: spec.securityContext?.capabilities?.add ?? [],
    mounts: [...(await mountsOf(spec, image, root, source)), await lastMessageMount(spec, folder, root)],
    environment: Object.fromEntries(variables),
    hostname: name,
    command: [
      ...(spec.command ? words(spec.command) : image.entrypoint),
      ...(spec.args ? words(spec.args) : spec.command ? [] : (image.command ?? [])),
    ],
  });
}

function imageOf({ name, image = '' }: V1Container, images: Images): Image {
  const found = imageNamed(image, images);
  if (found) return found;
  const known = Object.keys(images).join(', ');
  throw new Error(`the test node has no image ${image} for the container ${name}; it has ${known}`);
}

async function mountsOf(spec: V1Container, image: Image, root: string, source: ContainerSource): Promise<Mount[]> {
  const wanted = [
    ...Object.entries(image.fromMachine ?? {}).map(([to, from]) => ({ from, to, writable: false, volume: false })),
    ...(spec.volumeMounts ?? []).map(({ name, mountPath, subPath = '', readOnly = false }) => ({
      from: join(source.volume(name), subPath),
      to: mountPath,
      writable: !readOnly && isWritable(source.pod, name),
      volume: true,
    })),
  ].sort((one, other) => one.to.length - other.to.length);
  const mounts: (typeof wanted)[number][] = [];
  for (const mount of wanted) {
    const to = await makeMountPoint(root, mount.to, mount.from);
    // what is mounted inside a volume needs its place in that; in the machine's own folders nothing is made
    const around = mounts.findLast((earlier) => earlier.volume && to.startsWith(`${earlier.to}/`));
    if (around) await makeMountPoint(around.from, to.slice(around.to.length), mount.from);
    mounts.push({ ...mount, to });
  }
  return mounts;
}

/** Only an emptyDir can be written to: the others are views of what is stored. */
function isWritable(pod: V1Pod, volume: string): boolean {
  return pod.spec?.volumes?.some(({ name, emptyDir }) => name === volume && emptyDir !== undefined) ?? false;
}
