import type { DashboardSources } from '../../cluster/dashboard/dashboard-sources.ts';
import type { PlaygroundAnswer } from '../../core/dashboard/playground.ts';
import { inThread, TooLong } from './own-thread.ts';

/** Of the flags of a server, those that say how the API server is reached count. */
export interface ThreadsOptions {
  /** The program itself. */
  readonly program: URL;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A question of the playground may take so long. */
  readonly withinMs?: number;
}

// a pod of 1 MB takes some 3 s on a slow machine
const TRIED_WITHIN_MS = 15_000;
// 20,000 pods are read in a minute by an API server that has other things to do
const CAPACITY_WITHIN_MS = 300_000;
// a pod of 1 MB takes 100
const TRIED_MEGABYTES = 160;
const CAPACITY_MEGABYTES = 320;
const MOST_WAITING = 8;

/** Has things done one after the other. */
class Lane {
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** How many are under way or wait. */
  get waiting(): number {
    return this.#waiting;
  }

  async inTurn<A>(work: () => Promise<A>): Promise<A> {
    this.#waiting += 1;
    const answer = this.#turn.then(work);
    this.#turn = answer.catch(() => {});
    return await answer.finally(() => {
      this.#waiting -= 1;
    });
  }
}

/**
 * What is done in threads of their own, each ended after one answer: a text can be such that reading it takes minutes or all memory, and the
 * thread that answers reviews must not notice. Of the playground and of capacity one each is under way at a time; neither waits for the other,
 * since capacity may take minutes. Who asks the playground for too much is told so in place of an answer.
 */
export function dashboardThreads({
  program,
  kubeconfig,
  context,
  withinMs = TRIED_WITHIN_MS,
}: ThreadsOptions): Pick<DashboardSources, 'tryManifests' | 'readCapacity'> {
  const tries = new Lane();
  const capacities = new Lane();
  return {
    tryManifests: async (question, ground) => {
      if (tries.waiting > MOST_WAITING) return refused('others try much at this moment; try again in a minute');
      const bounds = { withinMs, megabytes: TRIED_MEGABYTES };
      return await tries.inTurn(() => inThread(program, 'playground', { question, ground }, bounds)).catch(notTried);
    },
    readCapacity: async (ground) => {
      const bounds = { withinMs: CAPACITY_WITHIN_MS, megabytes: CAPACITY_MEGABYTES };
      const asked = { ground, address: { kubeconfig, context } };
      return await capacities.inTurn(() => inThread(program, 'capacity', asked, bounds));
    },
  };
}

const refused = (message: string): PlaygroundAnswer => ({
  problems: [{ source: 'manifests', path: '', message }],
  workloads: [],
});

const notTried = (error: unknown): PlaygroundAnswer =>
  refused(
    error instanceof TooLong
      ? `${error.message} to be read and tried; paste fewer or smaller objects`
      : `cannot be tried: ${error instanceof Error ? error.message : String(error)}; paste fewer or smaller objects`,
  );
