import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type KubernetesVersion, tooOld } from '../core/kubernetes/oldest.ts';
import type { Backoff } from './backoff.ts';
import { readJson } from './read-json.ts';
import { ToldOnce } from './told-once.ts';
import type { KubeTransport } from './transport.ts';

/** The version of the API server; @throws what the call throws */
export const kubernetesVersion = (
  transport: KubeTransport,
  signal?: AbortSignal,
): Promise<KubernetesVersion | undefined> => readJson<KubernetesVersion>(transport, '/version', signal);

export interface VersionCheck {
  readonly transport: KubeTransport;
  readonly log: Logger;
  readonly retry: Backoff;
  readonly signal: AbortSignal;
}

/**
 * Asks the API server for its version, again until it answers.
 * @returns why Pillion cannot work with it; undefined when it can, or `signal` has ended the asking
 */
export async function objectionToVersion({ transport, log, retry, signal }: VersionCheck): Promise<string | undefined> {
  const faults = new ToldOnce();
  while (!signal.aborted) {
    try {
      const version = await kubernetesVersion(transport, signal);
      return version && tooOld(version);
    } catch (err) {
      if (signal.aborted) return undefined;
      if (faults.isNews(err))
        log.warn({ err }, 'cannot read the version of the API server; trying again until it works');
      await sleep(retry.nextMs(), undefined, { signal, ref: false }).catch(() => {});
    }
  }
  return undefined;
}
