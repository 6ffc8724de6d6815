import { heldFacts, type RecordFacts } from '../core/records/record-facts.ts';
import { EVERY_RECORD, type RecordFilter, wantedBy } from '../core/records/record-filter.ts';
import { needlesOf } from '../core/records/scan/needles.ts';
import { SeenRecords } from '../core/records/seen-records.ts';
import type { PodStory } from '../core/records/stories.ts';
import { StoryWindow } from '../core/records/story-window.ts';
import type { Environment } from './environment.ts';
import type { LineCounts } from './log/line-counts.ts';
import { readLogs } from './log/read-logs.ts';
import { type HeldRecord, storyWriter } from './output/story-writer.ts';
import type { Asked } from './told-summary.ts';

// the two records of a pod are written within the same request, which takes at most 30 s
const SAME_REQUEST_MS = 30_000;
// and nearly always within this
const FOLLOWED_EVERY_MS = 1_000;

// logs are read by time, so what they tell twice lies near; 8 bytes each, in tables that are at most half full
const MOST_SEEN = 1 << 17;
// of whole records so many are printed before memory is collected: each leaves some ten times its length behind
const WHOLE_AT_ONCE = 400;

/**
 * Joins the records of logs into stories of pods, and prints those that are asked for.
 * @throws Fault PIL001
 */
export async function tellStories(
  { files, filter, output, follow }: Asked,
  environment: Environment,
): Promise<LineCounts> {
  const [window, seen] = [new StoryWindow<HeldRecord>(), new SeenRecords(MOST_SEEN)];
  const isTold = output === 'json' || output === 'yaml';
  const writer = storyWriter(output, follow !== undefined, environment);
  const isAsked = storyFilter(filter);
  const { namespaces, sinceMs, untilMs } = filter;
  const inNamespace = wantedBy({ ...EVERY_RECORD, namespaces });
  let told = 0;
  const tell = (stories: readonly PodStory<HeldRecord>[]): void => {
    const asked = stories.filter(isAsked);
    told += asked.length;
    // whole records are long; people are told of tries that repeat at once
    const atOnce = isTold ? WHOLE_AT_ONCE : Math.max(1, asked.length);
    for (let at = 0; at < asked.length; at += atOnce) {
      writer.write(asked.slice(at, at + atOnce));
      if (asked.length > atOnce) environment.collectGarbage();
    }
  };
  const following = follow && setInterval(() => tell(window.settled()), FOLLOWED_EVERY_MS);
  const reading = readLogs(
    {
      files,
      // a story is joined from records that say different things, all of one namespace
      needles: needlesOf({ ...EVERY_RECORD, namespaces }),
      take: (facts, ms, json) => {
        const { hook } = facts;
        if (!inNamespace(facts, ms) || (hook !== 'inject' && hook !== 'warn' && hook !== 'workloads')) return;
        // a workload may have been applied long before
        if (ms > untilMs + SAME_REQUEST_MS || (hook !== 'workloads' && ms < sinceMs - SAME_REQUEST_MS)) return;
        if (seen.reviewSeen(facts)) return;
        const stories = window.add(isTold ? { ...heldFacts(facts), json: json() } : heldFacts(facts));
        tell(stories);
        if (stories.length > 0) environment.collectGarbage();
      },
      ...(follow === undefined ? {} : { follow }),
    },
    environment,
  );
  const lines = await reading.finally(() => clearInterval(following));
  tell(window.end());
  writer.end();
  const { stderr } = environment;
  if (told === 0) stderr(nothingText(lines));
  if (window.forgotten > 0)
    stderr(
      `${window.forgotten} records of workloads were too many to hold; what they led to is told without who asked\n`,
    );
  return lines;
}

/** Says of a story whether it is asked for: the user may be whoever applied the workload, or made the pod. */
function storyFilter(filter: RecordFilter): (story: PodStory<RecordFacts>) => boolean {
  const wanted = wantedBy(filter);
  return ({ decision, pod, requestedBy }) =>
    wanted(pod === undefined ? decision : { ...decision, pod }, Date.parse(decision.time), requestedBy);
}

function nothingText({ records, passedUnread }: LineCounts): string {
  if (records + passedUnread === 0) return 'no record of a pod in these files\n';
  const read = records === 1 ? '1 record was read' : `${records} records were read`;
  const unread = passedUnread === 1 ? '1 line holds' : `${passedUnread} lines hold`;
  const besides = passedUnread === 0 ? '' : `, ${unread} nothing of what is asked for`;
  return `no record of a pod that is asked for: ${read}${besides}\n`;
}
