import type { DashboardSources } from '../../cluster/dashboard/dashboard-sources.ts';
import { NotComputed } from '../../cluster/dashboard/kept-reading.ts';
import type { PlaygroundAnswer } from '../../core/dashboard/playground.ts';
import { containerMemory, MemoryRoom, type MemoryUse, NoRoom } from './memory-room.ts';
import { inThread, type ThreadBounds, TooLong } from './own-thread.ts';

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
const READ_WITHIN_MS = 300_000;
// a pod of 1 MB takes 90
const TRIED_MEGABYTES = 160;
const READING_MEGABYTES = 320;
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
 * thread that answers reviews must not notice. Of questions to the playground, and of what reads the whole cluster (capacity, briefings), one
 * each is under way at a time; neither waits for the other, since reading may take minutes. Who asks for too much is told so.
 */
export function dashboardThreads({
  program,
  kubeconfig,
  context,
  withinMs = TRIED_WITHIN_MS,
  memory = containerMemory(),
}: ThreadsOptions): Pick<DashboardSources, 'tryManifests' | 'readCapacity' | 'readBriefing' | 'readAcknowledged'> {
  const tries = new Lane();
  const readings = new Lane();
  const room = new MemoryRoom(memory);
  const address = { kubeconfig, context };
  const within = async <A>(most: number, threadsBeside: number, work: (megabytes: number) => Promise<A>) => {
    const { heap, giveBack } = room.take(most, threadsBeside);
    return await work(heap).finally(giveBack);
  };
  // somebody may want to try something meanwhile
  const read = <A>(work: (bounds: ThreadBounds) => Promise<A>): Promise<A> =>
    readings
      .inTurn(() => within(READING_MEGABYTES, 1, (megabytes) => work({ withinMs: READ_WITHIN_MS, megabytes })))
      .catch(notComputed);
  return {
    tryManifests: async (question, ground) => {
      if (tries.waiting > MOST_WAITING) return refused('others try much at this moment; try again in a minute');
      const tried = (megabytes: number) =>
        inThread(program, 'playground', { question, ground }, { withinMs, megabytes });
      return await tries.inTurn(() => within(TRIED_MEGABYTES, 0, tried)).catch(notTried);
    },
    readCapacity: (ground) => read((bounds) => inThread(program, 'capacity', { ground, address }, bounds)),
    readBriefing: (ground, stage) =>
      read((bounds) => inThread(program, 'briefing', { ground, stage, address }, bounds)),
    readAcknowledged: (ground, record) =>
      read((bounds) => inThread(program, 'acknowledged', { ground, record, address }, bounds)),
  };
}

/** @throws NotComputed in place of what says that there is too much to be computed here */
function notComputed(error: unknown): never {
  if (!isTooMuch(error)) throw error;
  const said = error instanceof NoRoom || error instanceof TooLong ? error.message : 'it takes more memory than it may';
  throw new NotComputed(
    `This cannot be computed here: ${said}.`,
    'Raise resources.limits.memory in the values of the chart, or run `pillion capacity` or `pillion rollout brief`, which compute it on your own machine.',
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
