import { readFile } from 'node:fs/promises';
import { SIDECAR } from '../../../src/core/sidecar/names.ts';
import { eventually } from '../../cluster/eventually.ts';
import type { PodWorker } from '../../node/pod-worker.ts';

/** A line of the access log. */
export type Line = Readonly<Record<string, unknown>>;

/** What the sidecar of a pod has written down so far, as it stands there. */
export async function textsOf(pod: PodWorker): Promise<readonly string[]> {
  const all = await readFile(pod.logOf(SIDECAR), 'utf8');
  // what Envoy says of itself goes to the same place, as text
  return all.split('\n').filter((line) => line.startsWith('{'));
}

/** The lines so far. */
export const linesOf = async (pod: PodWorker): Promise<readonly Line[]> =>
  (await textsOf(pod)).map((text) => JSON.parse(text) as Line);

/** The first line in which these words stand, once it is written. */
export async function lineWith(pod: PodWorker, words: string): Promise<Line> {
  let found: string | undefined;
  await eventually(`a line with ${words} is written for ${pod.name}`, async () => {
    found = (await textsOf(pod)).find((text) => text.includes(words));
    return found !== undefined;
  });
  return JSON.parse(found ?? '') as Line;
}
