/** A folder or file of the machine that a container sees. */
export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly writable: boolean;
}

/** A program as a container runtime starts it. */
export interface Contained {
  /** The folder that is its root, seen read-only. */
  readonly root: string;
  readonly user: number;
  readonly group: number;
  readonly groups: readonly number[];
  /** Without the prefix CAP_; a user other than root gets none of them, as in Kubernetes. */
  readonly capabilities: readonly string[];
  readonly mounts: readonly Mount[];
  readonly environment: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly command: readonly string[];
}

const CONTAINER = '/container';
const SYSTEM = ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'];
// what chroot needs to change root and user; they end with the change of the user
const TO_CHANGE_USER = ['SETUID', 'SETGID', 'SYS_CHROOT'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The words that run it as process 1 of its own process numbers, without the machine's files, with no_new_privs and no capability
 * but those named. bwrap changes the user only by a user namespace, in which NET_ADMIN over the pod's network means nothing;
 * so for another user than root chroot does it, inside what bwrap has made.
 */
export function sandboxCommand(contained: Contained): string[] {
  const { user, group, groups, capabilities, root, command } = contained;
  const isRoot = user === 0;
  const at = isRoot ? '' : CONTAINER;
  const kept = isRoot ? capabilities : TO_CHANGE_USER;
  const mounts = contained.mounts.flatMap(({ from, to, writable }) => [
    writable ? '--bind' : '--ro-bind',
    from,
    `${at}${to}`,
  ]);
  const environment = { PATH, HOSTNAME: contained.hostname, ...contained.environment };
  const become = ['/usr/sbin/chroot', `--userspec=${user}:${group}`, `--groups=${groups.join(',')}`, CONTAINER];
  return [
    'bwrap',
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--as-pid-1', '--die-with-parent'],
    ...['--hostname', contained.hostname, '--cap-drop', 'ALL'],
    ...kept.flatMap((name) => ['--cap-add', `CAP_${name}`]),
    ...(isRoot ? [] : SYSTEM),
    ...['--ro-bind', root, at === '' ? '/' : at, '--proc', `${at}/proc`, '--dev', `${at}/dev`],
    ...mounts,
    '--clearenv',
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
    ...(isRoot ? [] : become),
    ...command,
  ];
}
