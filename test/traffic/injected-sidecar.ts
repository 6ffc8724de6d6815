import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spanResource } from '../../src/core/xds/tracing.ts';
import { findEnvoy } from '../envoy/binary.ts';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import type { Guard, GuardedProcess } from '../processes/guard.ts';
import { injectedContainers } from './injected-containers.ts';

const CONFIG = '/run/envoy.yaml';

/** Installs the redirect in a pod’s network, as its container does. */
export async function redirectTraffic(pod: NetworkNamespace): Promise<void> {
  const { command, args } = injectedContainers().redirect;
  const [nft = '', ...rules] = [...command, ...args];
  await pod.run(nft, ...rules);
}

/** Takes the redirect away again: connections that begin afterwards pass no sidecar. */
export async function leaveTraffic(pod: NetworkNamespace): Promise<void> {
  await pod.run('nft', 'delete', 'table', 'inet', 'pillion');
}

// as its container has them, the fields of the pod put in
const spanResourceOf = (name: string) =>
  spanResource(name).value.replace('$(POD_NAME)', name).replace('$(POD_NAMESPACE)', 'shop');

/**
 * Starts the sidecar in a pod’s network as its container runs: the sidecar’s user, no capability, nothing to write to but its own
 * volume. Its output is the file `name`.log.
 * @param options.config what it runs on in place of what the pod carries
 */
export async function startInjectedSidecar(
  guard: Guard,
  pod: NetworkNamespace,
  { name = 'envoy', config }: { readonly name?: string; readonly config?: string } = {},
): Promise<GuardedProcess> {
  const injected = injectedContainers();
  const configFile = join(guard.folder, `${name}.yaml`);
  await writeFile(configFile, config ?? injected.config);
  const script = `mount -t tmpfs tmpfs /run && install -d -o 1337 /run/pillion && touch /run/envoy &&
    mount --bind "$1" /run/envoy && install -m 444 "$2" ${CONFIG} && shift 2 &&
    exec setpriv --reuid=1337 --regid=1337 --clear-groups --no-new-privs --bounding-set=-all /run/envoy "$@"`;
  const own = injected.sidecar.args.map((arg) => (arg.endsWith('/envoy.yaml') ? CONFIG : arg));
  const words = [
    'env',
    `POD_NAME=${name}`,
    `OTEL_RESOURCE_ATTRIBUTES=${spanResourceOf(name)}`,
    'unshare',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    await findEnvoy(),
    configFile,
    ...own,
  ];
  return pod.start(words, name);
}
