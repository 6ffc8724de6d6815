import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Observation } from '../core/verification/observations.ts';
import type { ProbePlan } from '../core/verification/probe-plan.ts';

/**
 * Sends the requests of a probe, and gives up what is under way when its time is over.
 * @returns each request that was sent, however it ended
 */
export async function sendRequests(
  url: string,
  { method, requests, concurrency, seconds }: Omit<ProbePlan, 'path'>,
): Promise<readonly Observation[]> {
  const over = AbortSignal.timeout(seconds * 1_000);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const observations: Observation[] = [];
  let begun = 0;
  const send = async () => {
    while (begun < requests && !over.aborted) {
      begun++;
      const beganMs = performance.now();
      const answer = await answerOf(url, method, agent, over);
      observations.push({ answer, beganMs, endedMs: performance.now() });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, send));
  agent.destroy();
  return observations;
}

/** The status of the answer, once all of it is there. */
function answerOf(url: string, method: string, agent: Agent, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const ended = () => resolve(signal.aborted ? 'given up' : 'none');
    const call = request(url, { method, agent, signal, headers: { 'user-agent': 'pillion-probe' } }, (response) => {
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', ended);
      // what it says is nobody’s business
      response.resume();
    });
    call.on('error', ended).end();
  });
}

/** A page of the sidecar as text; undefined while it cannot be had. */
export function pageOf(url: string, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(url, { signal: AbortSignal.timeout(withinMs) }, (response) => {
      text(response).then(
        (body) => resolve(response.statusCode === 200 ? body : undefined),
        () => resolve(undefined),
      );
    });
    call.on('error', () => resolve(undefined)).end();
  });
}
