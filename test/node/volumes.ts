import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1KeyToPath, V1Pod, V1Volume, V1VolumeProjection } from '@kubernetes/client-node';
import { type ClusterCalls, Refused } from './cluster-calls.ts';

const FILE_MODE = 0o644;
const NOT_FOUND = 404;
const DATA = '..data';

/** Fills the volumes of one pod, as they are when it starts: a later change of a Secret or ConfigMap is not brought to it. */
export interface VolumeSource {
  readonly pod: V1Pod;
  readonly calls: ClusterCalls;
  readonly fieldOf: (path: string) => string;
}

type Files = Map<string, { readonly data: Buffer; readonly mode: number }>;

/** Makes the volume in `folder`. Rejects for a kind of volume that the test node does not have. */
export async function fillVolume(source: VolumeSource, volume: V1Volume, folder: string): Promise<void> {
  const group = source.pod.spec?.securityContext?.fsGroup;
  await mkdir(folder, { recursive: true });
  if (volume.emptyDir) {
    if (group !== undefined) await chown(folder, 0, group);
    // whoever the container runs as may write to it
    await chmod(folder, 0o777);
    return;
  }
  // as the kubelet (pkg/volume/util/atomic_writer.go): the files lie in a folder that can be replaced whole, and links lead there
  const data = `..${new Date().toISOString().replaceAll(/\D+/g, '_')}`;
  await mkdir(join(folder, data));
  await symlink(data, join(folder, DATA));
  const files = await filesOf(source, volume);
  for (const top of new Set([...files.keys()].map((path) => path.split('/')[0] as string)))
    await symlink(join(DATA, top), join(folder, top));
  for (const [path, { data: content, mode }] of files) {
    const file = join(folder, data, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    if (group !== undefined) await chown(file, 0, group);
    await chmod(file, group === undefined ? mode : mode | 0o040);
  }
}

function filesOf(source: VolumeSource, volume: V1Volume): Promise<Files> {
  const { secret, configMap, downwardAPI, projected } = volume;
  if (projected) return projectedFiles(source, projected.sources ?? [], projected.defaultMode);
  if (downwardAPI) return projectedFiles(source, [{ downwardAPI }], downwardAPI.defaultMode);
  if (configMap) return projectedFiles(source, [{ configMap }], configMap.defaultMode);
  if (secret) {
    const { secretName, items, optional, defaultMode } = secret;
    const named = {
      ...(secretName && { name: secretName }),
      ...(items && { items }),
      ...(optional !== undefined && { optional }),
    };
    return projectedFiles(source, [{ secret: named }], defaultMode);
  }
  throw new Error(`the test node has no such volume as ${volume.name}: extend volumes.ts`);
}

async function projectedFiles(
  source: VolumeSource,
  projections: readonly V1VolumeProjection[],
  mode = FILE_MODE,
): Promise<Files> {
  const files: Files = new Map();
  for (const projection of projections)
    for (const [path, data] of await projectionOf(source, projection)) files.set(path, { data, mode });
  return files;
}

async function projectionOf(source: VolumeSource, projection: V1VolumeProjection): Promise<Map<string, Buffer>> {
  const { secret, configMap, downwardAPI, serviceAccountToken } = projection;
  if (secret) return chosen(secret.items, await stored(source, 'secrets', secret));
  if (configMap) return chosen(configMap.items, await stored(source, 'configmaps', configMap));
  if (serviceAccountToken)
    return new Map([[serviceAccountToken.path, Buffer.from(await token(source, serviceAccountToken))]]);
  const fields = downwardAPI?.items?.map(({ path, fieldRef }) => {
    if (!fieldRef) throw new Error(`the test node knows only fieldRef for ${path}: extend volumes.ts`);
    return [path, Buffer.from(source.fieldOf(fieldRef.fieldPath))] as const;
  });
  if (fields) return new Map(fields);
  throw new Error('the test node does not know this projected volume: extend volumes.ts');
}

/** The keys of a Secret or ConfigMap with their contents. */
async function stored(
  { pod, calls }: VolumeSource,
  resource: 'secrets' | 'configmaps',
  { name, optional }: { readonly name?: string; readonly optional?: boolean },
): Promise<Map<string, Buffer>> {
  const path = `/api/v1/namespaces/${pod.metadata?.namespace}/${resource}/${name}`;
  const body = await calls.call('GET', path).catch((error: unknown): Record<string, unknown> => {
    if (optional && error instanceof Refused && error.status === NOT_FOUND) return {};
    throw error;
  });
  const decoded = (field: string, encoding: BufferEncoding) =>
    Object.entries((body[field] ?? {}) as Record<string, string>).map(
      ([key, text]) => [key, Buffer.from(text, encoding)] as const,
    );
  if (resource === 'secrets') return new Map(decoded('data', 'base64'));
  return new Map([...decoded('data', 'utf8'), ...decoded('binaryData', 'base64')]);
}

function chosen(items: readonly V1KeyToPath[] | undefined, all: Map<string, Buffer>): Map<string, Buffer> {
  if (items === undefined) return all;
  const found = items.map(({ key, path }) => [path, all.get(key)] as const);
  return new Map(found.filter((entry): entry is [string, Buffer] => entry[1] !== undefined));
}

/** A token of the pod's ServiceAccount that ends with the pod. */
async function token(
  { pod, calls }: VolumeSource,
  { audience, expirationSeconds }: { readonly audience?: string; readonly expirationSeconds?: number },
): Promise<string> {
  const { name, namespace, uid } = pod.metadata ?? {};
  const account = pod.spec?.serviceAccountName ?? 'default';
  const answer = await calls.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      ...(audience && { audiences: [audience] }),
      ...(expirationSeconds && { expirationSeconds }),
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
    },
  });
  return (answer.status as { readonly token: string }).token;
}
