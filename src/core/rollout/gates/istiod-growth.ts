import { count } from './amounts.ts';
import type { Figure } from './gate-part.ts';

/**
 * What a proxy adds to istiod where too few are connected to tell: Istio’s page on performance has 1 vCPU and 1.5 GB for 2,000 sidecars in a
 * mesh of 1,000 services (https://istio.io/latest/docs/ops/deployment/performance-and-scalability/). It is of another mesh, and no measurement
 * of ours.
 */
export const PER_PROXY = { cpu: 1 / 2000, memory: 1.5e9 / 2000 } as const;

/** With fewer proxies most of what istiod uses is its own, and a share of it for each says nothing. */
const MEASURED_FROM = 100;

/**
 * What istiod uses after a stage, in a straight line from now: what each proxy has of it now, or where they are few what one is assumed to
 * add.
 * @param proxies connected now
 * @param added by the stage
 */
export function grown(now: Figure, proxies: number, added: number, assumedEach: number): Figure {
  if (added === 0) return now;
  if (proxies >= MEASURED_FROM)
    return {
      ...now,
      value: (now.value * (proxies + added)) / proxies,
      model: `in a straight line from ${count(proxies)} proxies now to ${count(proxies + added)}`,
    };
  return {
    ...now,
    value: now.value + added * assumedEach,
    model: `assumed: what is used now, and what Istio’s documentation has for ${count(added)} proxies more`,
  };
}

/**
 * How long a change takes after a stage: assumed to grow as the proxies do, since a replica sends to some of them at a time; as long as there
 * are few, none waits for another.
 */
export function slowed(now: Figure, proxies: number, added: number): Figure {
  const ms = now.value * 1000;
  if (added === 0) return { ...now, value: ms };
  const factor = Math.max(1, (proxies + added) / Math.max(proxies, MEASURED_FROM));
  const model = `assumed: in a straight line from ${count(proxies)} proxies now to ${count(proxies + added)}`;
  return { ...now, value: ms * factor, model };
}
