import type { DashboardSources } from '../../cluster/dashboard/dashboard-sources.ts';
import type { PlaygroundAnswer } from '../../core/dashboard/playground.ts';
import { containerMemory, MemoryRoom, type MemoryUse, NoRoom } from './memory-room.ts';
import { inThread, TooLong } from './own-thread.ts';
import { Refused } from './refusals.ts';

/** Of the flags of a server, those that say how the API server is reached count. */
export interface ThreadsOptions {
  /** The program itself. */
  readonly program: URL;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** A question of the playground may take so long. */
  readonly withinMs?: number;
  /** Unless told, that of the container. */
  readonly memory?: MemoryUse;
}

// a pod of 1 MB takes some 3 s on a slow machine
const TRIED_WITHIN_MS = 15_000;
// 20,000 pods are read in a minute by an API server that has other things to do
const CAPACITY_WITHIN_MS = 300_000;
// a pod of 1 MB takes 90
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
  memory = containerMemory(),
}: ThreadsOptions): Pick<DashboardSources, 'tryManifests' | 'readCapacity'> {
  const tries = new Lane();
  const capacities = new Lane();
  const room = new MemoryRoom(memory);
  const within = async <A>(most: number, threadsBeside: number, work: (megabytes: number) => Promise<A>) => {
    const { heap, giveBack } = room.take(most, threadsBeside);
    return await work(heap).finally(giveBack);
  };
  return {
    tryManifests: async (question, ground) => {
      if (tries.waiting > MOST_WAITING) return refused('others try much at this moment; try again in a minute');
      const tried = (megabytes: number) =>
        inThread(program, 'playground', { question, ground }, { withinMs, megabytes });
      return await tries.inTurn(() => within(TRIED_MEGABYTES, 0, tried)).catch(notTried);
    },
    readCapacity: async (ground) => {
      const bounds = { withinMs: CAPACITY_WITHIN_MS };
      const asked = { ground, address: { kubeconfig, context } };
      const computed = (megabytes: number) => inThread(program, 'capacity', asked, { ...bounds, megabytes });
      // somebody may want to try something meanwhile
      return await capacities.inTurn(() => within(CAPACITY_MEGABYTES, 1, computed)).catch(notComputed);
    },
  };
}

/** @throws Refused in place of what says that there is too much to be computed here */
function notComputed(error: unknown): never {
  if (!isTooMuch(error)) throw error;
  const said = error instanceof NoRoom || error instanceof TooLong ? error.message : 'it takes more memory than it may';
  throw new Refused(
    503,
    `Capacity cannot be computed here: ${said}.`,
    `Raise resources.limits.memory in the values of the chart, or run \`pillion capacity\`, which computes it on your own machine.`,
  );
}

const isTooMuch = (error: unknown): boolean =>
  error instanceof NoRoom ||
  error instanceof TooLong ||
  (error as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';

const refused = (message: string): PlaygroundAnswer => ({
  problems: [{ source: 'manifests', path: '', message }],
  workloads: [],
});

function notTried(error: unknown): PlaygroundAnswer {
  if (error instanceof TooLong) return refused(`${error.message} to be read and tried; paste fewer or smaller objects`);
  if (error instanceof NoRoom)
    return refused(`cannot be tried: ${error.message}; raise resources.limits.memory in the values of the chart`);
  const said = error instanceof Error ? error.message : String(error);
  return refused(`cannot be tried: ${said}; paste fewer or smaller objects`);
}
