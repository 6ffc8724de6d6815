import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type PlainGround, playgroundOn } from '../../core/dashboard/plain-ground.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from '../../core/dashboard/playground.ts';

/** Tries manifests somewhere else, so that reviews do not wait for it. */
export type TryManifests = (question: PlaygroundQuestion, ground: PlainGround) => Promise<PlaygroundAnswer>;

export interface PlaygroundThreads {
  /** The program, which answers in a thread of its own by `answerInThread`. */
  readonly program: URL;
  /** A question may take so long. */
  readonly withinMs?: number;
}

// a pod of 1 MB takes some 3 s on a slow machine
const WITHIN_MS = 15_000;
// each takes a processor and some hundred megabytes
const MOST_AT_ONCE = 1;
const MOST_WAITING = 8;
// a document of 3 MB with all that is made of it
const MOST_MEGABYTES = 512;

/**
 * What tries manifests, each question in a thread that is ended after it: a text can be such that reading it takes minutes or all memory, and
 * the thread that answers reviews must not notice. Whoever asks too much is told so in place of an answer.
 */
export function playgroundThreads({ program, withinMs = WITHIN_MS }: PlaygroundThreads): TryManifests {
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return async (question, ground) => {
    if (waiting >= MOST_AT_ONCE + MOST_WAITING) return refused('others try much at this moment; try again in a minute');
    waiting += 1;
    const answer = turn.then(() => inThread(program, { question, ground }, withinMs));
    turn = answer;
    return await answer.finally(() => {
      waiting -= 1;
    });
  };
}

const refused = (message: string): PlaygroundAnswer => ({
  problems: [{ source: 'manifests', path: '', message }],
  workloads: [],
});

interface Asked {
  readonly question: PlaygroundQuestion;
  readonly ground: PlainGround;
}

/** It never rejects. */
async function inThread(program: URL, asked: Asked, withinMs: number): Promise<PlaygroundAnswer> {
  const worker = new Worker(program, {
    workerData: asked,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const { promise, resolve } = Promise.withResolvers<PlaygroundAnswer>();
  const patience = setTimeout(() => resolve(refused(tooLong(withinMs))), withinMs);
  worker.once('message', resolve);
  worker.once('error', (error) =>
    resolve(refused(`cannot be tried: ${String(error)}; paste fewer or smaller objects`)),
  );
  worker.once('exit', () => resolve(refused('cannot be tried; paste fewer or smaller objects')));
  try {
    return await promise;
  } finally {
    clearTimeout(patience);
    await worker.terminate();
  }
}

const tooLong = (ms: number): string =>
  `takes longer than ${ms / 1000} s to be read and tried; paste fewer or smaller objects`;

/** Answers the one question that this thread was started for. */
export function answerInThread(): void {
  const { question, ground } = workerData as Asked;
  parentPort?.postMessage(playgroundOn(question, ground));
}
