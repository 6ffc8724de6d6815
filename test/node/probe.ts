import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1HTTPGetAction, V1Probe } from '@kubernetes/client-node';
import { runInContainer } from './exec.ts';

/** Tries once whether the container says that it is well. Never rejects. */
export type Try = () => Promise<boolean>;

/**
 * The probe as something that can be tried. Rejects kinds of probe that the test node does not have.
 * @param pid process 1 of the container
 */
export function tryOf(probe: V1Probe, container: V1Container, podIp: string, pid: number): Try {
  const { httpGet, tcpSocket, exec, timeoutSeconds = 1 } = probe;
  const timeoutMs = timeoutSeconds * 1000;
  if (httpGet) return httpTry(httpGet, container, podIp, timeoutMs);
  if (tcpSocket) return () => accepts(portOf(tcpSocket.port, container), podIp, timeoutMs);
  if (exec)
    return () =>
      runInContainer(pid, exec.command ?? [], { timeoutMs }).then(
        ({ code }) => code === 0,
        () => false,
      );
  throw new Error(`the test node does not know the probe of ${container.name}: extend probe.ts`);
}

/** One call over HTTP, which is well when the answer says so. */
export function httpTry(httpGet: V1HTTPGetAction, container: V1Container, podIp: string, timeoutMs: number): Try {
  const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const scheme = httpGet.scheme === 'HTTPS' ? 'https' : 'http';
  const url = `${scheme}://${httpGet.host ?? podIp}:${portOf(httpGet.port, container)}${httpGet.path ?? '/'}`;
  return () => isWell(url, headers, timeoutMs);
}

function portOf(port: string | number | object, container: V1Container): number {
  return container.ports?.find(({ name }) => name === String(port))?.containerPort ?? Number(port);
}

function accepts(port: number, host: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: timeoutMs });
    const end = (well: boolean) => {
      socket.destroy();
      resolve(well);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}

function isWell(url: string, headers: Record<string, string>, timeoutMs: number): Promise<boolean> {
  const call = url.startsWith('https:') ? requestSecurely : request;
  return new Promise((resolve) => {
    // as the kubelet: a connection for each try, and no question who answers
    const options = { agent: false, headers, signal: AbortSignal.timeout(timeoutMs), rejectUnauthorized: false };
    const outgoing = call(url, options, (response) => {
      response.on('error', () => {}).resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 400);
    });
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}

/**
 * Tries again and again, and tells each time that the probe has passed or failed often enough to count.
 * It ends with the signal, or when `told` says that it has heard enough.
 */
export async function watchProbe(
  probe: V1Probe,
  attempt: Try,
  signal: AbortSignal,
  told: (well: boolean) => 'go on' | 'enough',
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe;
  let last: boolean | undefined;
  let inARow = 0;
  const pause = (ms: number) => sleep(Math.max(0, ms), undefined, { signal }).catch(() => {});
  await pause(initialDelaySeconds * 1000);
  while (!signal.aborted) {
    const beganMs = performance.now();
    const well = await attempt();
    if (signal.aborted) return;
    inARow = well === last ? inARow + 1 : 1;
    last = well;
    if (inARow >= (well ? successThreshold : failureThreshold) && told(well) === 'enough') return;
    // a try that takes long does not move the ones after it
    await pause(beganMs + periodSeconds * 1000 - performance.now());
  }
}
