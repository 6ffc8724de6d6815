import { spawn } from 'node:child_process';

/** The program that shows an address in a person's browser; undefined where nobody would see it, such as over SSH. */
export function browserOpener({ platform, env }: Pick<NodeJS.Process, 'platform' | 'env'>): string | undefined {
  if (env.SSH_CONNECTION !== undefined) return undefined;
  if (platform === 'darwin') return 'open';
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

/** Shows an address in a browser, if there is one; false where there is none. It is not waited for. */
export function browse(url: string, process: Pick<NodeJS.Process, 'platform' | 'env'>): boolean {
  const opener = browserOpener(process);
  if (opener === undefined) return false;
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  // whoever has no such program opens the address by hand
  child.on('error', () => {});
  child.unref();
  return true;
}
