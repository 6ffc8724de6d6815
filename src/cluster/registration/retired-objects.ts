import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Backoff } from '../backoff.ts';
import { ToldOnce } from '../told-once.ts';
import type { ObjectMemory } from './object-memory.ts';
import { type AppliedObject, LeftToAnother, type RegisteredObjects } from './registered-objects.ts';

// every name that a rendering has ever used begins like this; nothing else that carries the label is touched
const OUR_NAME = /^(zz-)?pillion(-|$)/;

export const isOurName = (name: string): boolean => OUR_NAME.test(name);

export interface RetirementOptions {
  readonly registered: RegisteredObjects;
  readonly memory: ObjectMemory;
  /** Ends it: from then on nothing more is deleted. */
  readonly until: AbortSignal;
  /** Pauses between attempts that fail. */
  readonly retry: Backoff;
  readonly log: Logger;
}

/**
 * Deletes the objects of a kind that earlier renderings, also of earlier processes, contained and `objects` does not; again until
 * that has worked.
 */
export async function deleteRetired(
  kind: string,
  objects: readonly AppliedObject[],
  options: RetirementOptions,
): Promise<void> {
  const { until, retry, log } = options;
  const wanted = new Set(objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name));
  const faults = new ToldOnce();
  while (!until.aborted) {
    try {
      await deleteAllBut(wanted, kind, options);
      return;
    } catch (err) {
      if (until.aborted) return;
      if (!(err instanceof LeftToAnother) && faults.isNews(err))
        log.warn({ err, kind }, 'cannot delete what earlier policies registered; trying again until it works');
      await sleep(retry.nextMs(), undefined, { signal: until, ref: false }).catch(() => {});
    }
  }
}

async function deleteAllBut(wanted: ReadonlySet<string>, kind: string, options: RetirementOptions): Promise<void> {
  const { registered, memory, until, log } = options;
  // first, so that nobody takes what follows for a deletion by hand
  await memory.forgetAllBut(kind, wanted);
  for (const standing of await registered.list(kind)) {
    const { name } = standing;
    if (wanted.has(name) || !isOurName(name)) continue;
    if (until.aborted) return;
    await registered.delete(kind, standing);
    log.info({ kind, name }, 'deleted: the policy no longer renders it');
  }
}
