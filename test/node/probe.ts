import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1Probe } from '@kubernetes/client-node';

/** Tries once whether the container says that it is well. Never rejects. */
export type Try = () => Promise<boolean>;

/** The probe as something that can be tried. Rejects kinds of probe that the test node does not have. */
export function tryOf(probe: V1Probe, container: V1Container, podIp: string): Try {
  const { httpGet, timeoutSeconds = 1 } = probe;
  if (!httpGet)
    throw new Error(`the test node knows only httpGet probes, not that of ${container.name}: extend probe.ts`);
  const named = container.ports?.find(({ name }) => name === String(httpGet.port));
  const port = named?.containerPort ?? Number(httpGet.port);
  const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const url = `${httpGet.scheme === 'HTTPS' ? 'https' : 'http'}://${podIp}:${port}${httpGet.path ?? '/'}`;
  return () => isWell(url, headers, timeoutSeconds * 1000);
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
