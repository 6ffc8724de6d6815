import { parentPort, Worker, workerData } from 'node:worker_threads';
import { connect } from '../../cluster/connect.ts';
import { type CapacityGround, readCapacityView } from '../../cluster/dashboard/read-capacity-view.ts';
import type { CapacityView } from '../../core/dashboard/capacity.ts';
import { type PlainGround, playgroundOn } from '../../core/dashboard/plain-ground.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from '../../core/dashboard/playground.ts';

/** How the API server is reached. */
interface ClusterAddress {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Something that would keep reviews waiting, and its answer. */
interface Works {
  playground: { asked: { question: PlaygroundQuestion; ground: PlainGround }; answer: PlaygroundAnswer };
  capacity: { asked: { ground: CapacityGround; address: ClusterAddress }; answer: CapacityView };
}

/** What a thread may take: it counts to the memory of the process, and ends with an error before that of a container does. */
export interface ThreadBounds {
  readonly withinMs: number;
  /** Of the heap. */
  readonly megabytes: number;
}

// unless told, what is young takes 100 MB more than this where a text of 1 MB is tried, in the same time (measured)
const YOUNG_MEGABYTES = 16;

/** Says that a thread did not come to an end in its time. */
export class TooLong extends Error {}

/**
 * Has something done in a thread of its own, which ends with it.
 * @param program the program itself, which answers by `answerInThread`
 * @throws TooLong, and what went wrong there, such as too much memory
 */
export async function inThread<W extends keyof Works>(
  program: URL,
  work: W,
  asked: Works[W]['asked'],
  { withinMs, megabytes }: ThreadBounds,
): Promise<Works[W]['answer']> {
  const worker = new Worker(program, {
    workerData: { work, asked },
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Works[W]['answer']>();
  const patience = setTimeout(() => reject(new TooLong(`it took longer than ${withinMs / 1000} s`)), withinMs);
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('its thread ended without an answer')));
  try {
    return await promise;
  } finally {
    clearTimeout(patience);
    await worker.terminate();
  }
}

/** Does the one thing that this thread was started for. What goes wrong ends it, and whoever started it hears of it. */
export async function answerInThread(): Promise<void> {
  const { work, asked } = workerData as { [W in keyof Works]: { work: W; asked: Works[W]['asked'] } }[keyof Works];
  parentPort?.postMessage(
    work === 'playground' ? playgroundOn(asked.question, asked.ground) : await capacityOfCluster(asked),
  );
}

async function capacityOfCluster({ ground, address }: Works['capacity']['asked']): Promise<CapacityView> {
  const { kubeconfig, context } = address;
  const transport = await connect({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  try {
    return await readCapacityView(transport, ground);
  } finally {
    await transport.close();
  }
}
