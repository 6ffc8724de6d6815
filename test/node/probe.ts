import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1HTTPGetAction, V1Probe } from '@kubernetes/client-node';
import { runInContainer } from './exec.ts';
import { isServing } from './grpc-probe.ts';

/** Tries once whether the container says that it is well. Rejects, with why, what can never be tried, such as a port that it does not have. */
export type Try = () => Promise<boolean>;

/**
 * The probe as something that can be tried.
 * @param pid process 1 of the container
 */
export function tryOf(probe: V1Probe, container: V1Container, podIp: string, pid: number): Try {
  const { httpGet, tcpSocket, grpc, exec, timeoutSeconds = 1 } = probe;
  const timeoutMs = timeoutSeconds * 1000;
  return async () => {
    if (httpGet) return isWell(await httpStatus(httpGet, container, podIp, timeoutMs));
    if (tcpSocket) return accepts(portOf(tcpSocket.port, container), podIp, timeoutMs);
    if (grpc) return isServing(podIp, grpc.port, grpc.service ?? '', timeoutMs);
    if (exec)
      return runInContainer(pid, exec.command ?? [], { timeoutMs }).then(
        ({ code }) => code === 0,
        () => false,
      );
    throw new Error('the test node does not know this kind of probe: extend probe.ts');
  };
}

function portOf(port: string | number | object, container: V1Container): number {
  const { ports = [] } = container;
  const named = ports.find(({ name }) => name === String(port))?.containerPort ?? Number(port);
  if (!Number.isNaN(named)) return named;
  const known = ports.flatMap(({ name }) => name ?? []).join(', ') || 'none';
  throw new Error(`the container ${container.name} has no port named ${port}; it has ${known}`);
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

const isWell = (status: number): boolean => status >= 200 && status < 400;

/** The status of the answer to one call over HTTP, 0 where none came in time. Rejects as a `Try` does. */
export async function httpStatus(
  { httpHeaders = [], scheme, host, port, path = '/' }: V1HTTPGetAction,
  container: V1Container,
  podIp: string,
  timeoutMs: number,
): Promise<number> {
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const [begin, protocol] = scheme === 'HTTPS' ? [requestSecurely, 'https'] : [request, 'http'];
  const url = `${protocol}://${host ?? podIp}:${portOf(port, container)}${path}`;
  const { promise, resolve } = Promise.withResolvers<number>();
  // as the kubelet: a connection for each try, and no question who answers
  const options = { agent: false, headers, signal: AbortSignal.timeout(timeoutMs), rejectUnauthorized: false };
  const outgoing = begin(url, options, (response) => {
    response.on('error', () => {}).resume();
    resolve(response.statusCode ?? 0);
  });
  outgoing.on('error', () => resolve(0));
  outgoing.end();
  return promise;
}

/**
 * Tries again and again, and tells each time that the probe has passed or failed often enough to count.
 * It ends with the signal, or when `told` says that it has heard enough. What cannot be tried counts as neither, as for the kubelet
 * (`doProbe` of pkg/kubelet/prober/worker.go throws such a result away), and is told to `cannotTry`.
 */
export async function watchProbe(
  probe: V1Probe,
  attempt: Try,
  signal: AbortSignal,
  told: (well: boolean) => 'go on' | 'enough',
  cannotTry: (why: string) => void,
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe;
  let last: boolean | undefined;
  let inARow = 0;
  const pause = (ms: number) => sleep(Math.max(0, ms), undefined, { signal }).catch(() => {});
  await pause(initialDelaySeconds * 1000);
  while (!signal.aborted) {
    const beganMs = performance.now();
    const well = await attempt().catch((error: Error) => cannotTry(error.message));
    if (signal.aborted) return;
    if (well !== undefined) {
      inARow = well === last ? inARow + 1 : 1;
      last = well;
      if (inARow >= (well ? successThreshold : failureThreshold) && told(well) === 'enough') return;
    }
    // a try that takes long does not move the ones after it
    await pause(beganMs + periodSeconds * 1000 - performance.now());
  }
}
