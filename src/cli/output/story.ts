import picocolors from 'picocolors';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import type { RecordFacts } from '../../core/records/record-facts.ts';
import type { PodStory } from '../../core/records/stories.ts';
import { verdictText } from './explanation.ts';

const VERBS: ReadonlyMap<string, string> = new Map([
  ['CREATE', 'created'],
  ['UPDATE', 'changed'],
]);

/**
 * The stories for people, two lines each: what was decided and why, and who asked for it. A controller tries again and again to
 * create a pod that is refused: that is told once.
 */
export function storyTexts(stories: readonly PodStory<RecordFacts>[], colour: boolean): string[] {
  const tries = new Map<string, PodStory<RecordFacts>[]>();
  for (const story of stories) {
    const { recordId, verdict, reason, controllerUid } = story.decision;
    const key =
      verdict === 'deny' && controllerUid !== undefined ? `${controllerUid} ${reason}` : recordId + story.podUid;
    const known = tries.get(key);
    if (known === undefined) tries.set(key, [story]);
    else known.push(story);
  }
  return [...tries.values()].flatMap(([story, ...again]) =>
    story === undefined ? [] : [storyText(story, again, colour)],
  );
}

function storyText(story: PodStory<RecordFacts>, again: readonly PodStory<RecordFacts>[], colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const { decision, namespace, pod, podUid } = story;
  const { time, verdict, reason, recordId, generateName } = decision;
  const name = pod ?? `${generateName ?? ''}...`;
  const last = again.at(-1)?.decision.time;
  const often = last === undefined ? '' : `, ${again.length + 1} times until ${last}`;
  const ids = [`record ${recordId}`, ...(podUid === undefined ? [] : [`uid ${podUid}`])].join(', ');
  return [
    `${time}  ${verdictText(verdict, colour)}  ${paint.bold(printable(`${namespace}/${name}`))}  ${reason}: ${explanationOf(reason).sentence}${often}`,
    `${' '.repeat(time.length + 2)}${printable(requesterText(story))} ${paint.dim(`(${printable(ids)})`)}`,
  ].join('\n');
}

function requesterText({ requestedBy, decision: { owner } }: PodStory<RecordFacts>): string {
  const named = owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
  if (requestedBy === undefined) return `nobody is known to have asked: no record of ${named ?? 'its workload'}`;
  const { user, operation, kind, name, time } = requestedBy;
  const claim = kind === 'Pod' && named !== undefined ? `, naming ${named} as its owner` : '';
  return `${user} ${VERBS.get(operation) ?? operation} ${kind}/${name} at ${time}${claim}`;
}
