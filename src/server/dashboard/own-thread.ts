import { parentPort, Worker, workerData } from 'node:worker_threads';
import { connect } from '../../cluster/connect.ts';
import { type BriefingGround, readAcknowledged, readBriefing } from '../../cluster/dashboard/read-briefings.ts';
import { readCapacityView } from '../../cluster/dashboard/read-capacity-view.ts';
import type { ReadingGround } from '../../cluster/dashboard/reading-ground.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import type { CapacityView } from '../../core/dashboard/capacity.ts';
import { type PlainGround, playgroundOn } from '../../core/dashboard/plain-ground.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from '../../core/dashboard/playground.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import type { Acknowledged } from '../../core/rollout/briefing/acknowledged.ts';
import type { RolloutRecord } from '../../core/rollout/rollout-record.ts';

/** How the API server is reached. */
interface ClusterAddress {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Something that would keep reviews waiting, and its answer. */
interface Works {
  playground: { asked: { question: PlaygroundQuestion; ground: PlainGround }; answer: PlaygroundAnswer };
  capacity: { asked: { ground: ReadingGround; address: ClusterAddress }; answer: CapacityView };
  briefing: {
    asked: { ground: BriefingGround; stage: string; address: ClusterAddress };
    answer: Briefing | undefined;
  };
  acknowledged: {
    asked: { ground: BriefingGround; record: RolloutRecord; address: ClusterAddress };
    answer: ReadonlyMap<string, readonly Acknowledged[]>;
  };
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

type Asked = { [W in keyof Works]: { work: W; asked: Works[W]['asked'] } }[keyof Works];

/** Does the one thing that this thread was started for. What goes wrong ends it, and whoever started it hears of it. */
export async function answerInThread(): Promise<void> {
  parentPort?.postMessage(await answerTo(workerData as Asked));
}

async function answerTo({ work, asked }: Asked): Promise<Works[keyof Works]['answer']> {
  switch (work) {
    case 'playground':
      return playgroundOn(asked.question, asked.ground);
    case 'capacity':
      return await connected(asked.address, (transport) => readCapacityView(transport, asked.ground));
    case 'briefing':
      return await connected(asked.address, (transport) => readBriefing(transport, asked.ground, asked.stage));
    case 'acknowledged':
      return await connected(asked.address, (transport) => readAcknowledged(transport, asked.ground, asked.record));
  }
}

async function connected<A>(
  { kubeconfig, context }: ClusterAddress,
  ask: (transport: KubeTransport) => Promise<A>,
): Promise<A> {
  const transport = await connect({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  try {
    return await ask(transport);
  } finally {
    await transport.close();
  }
}
