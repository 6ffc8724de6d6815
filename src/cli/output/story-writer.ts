import { stringify } from 'yaml';
import type { RecordFacts } from '../../core/records/record-facts.ts';
import type { PodStory } from '../../core/records/stories.ts';
import type { Environment } from '../environment.ts';
import { csvRow } from './csv.ts';
import { storyTexts } from './story.ts';
import { STORY_COLUMNS, storyRow } from './story-rows.ts';
import { FOR_KUBECTL } from './structured.ts';

export const AUDIT_FORMATS = ['human', 'json', 'yaml', 'csv'] as const;
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

/** What is kept of a record; its text only where the whole of it is printed, as bytes, which take the least room. */
export type HeldRecord = RecordFacts & { readonly json?: Buffer };

type Story = PodStory<HeldRecord>;

/** Prints stories as they are told, so that none has to be kept. */
export interface StoryWriter {
  write(stories: readonly Story[]): void;
  /** To be called once, after the last. */
  end(): void;
}

/** @param follows there may be no last one, so that JSON is one object a line and no list */
export function storyWriter(format: AuditFormat, follows: boolean, environment: Environment): StoryWriter {
  const { stdout, colour } = environment;
  const nothing = () => {};
  const each = (text: (story: Story) => string) => (stories: readonly Story[]) => {
    for (const story of stories) stdout(text(story));
  };
  if (format === 'csv') {
    stdout(csvRow(STORY_COLUMNS));
    return { write: each((story) => csvRow(storyRow(story))), end: nothing };
  }
  if (format === 'json') return follows ? { write: each(jsonLine), end: nothing } : jsonList(stdout);
  if (format === 'yaml') return { write: each((story) => stringify([whole(story)], FOR_KUBECTL)), end: nothing };
  return {
    write: (stories) => {
      for (const text of storyTexts(stories, colour)) stdout(`${text}\n`);
    },
    end: nothing,
  };
}

/** A story with the whole record of its decision. */
const whole = ({ decision, ...story }: Story): object => ({
  decision: decision.json === undefined ? decision : (JSON.parse(decision.json.toString('utf8')) as unknown),
  ...story,
});

const jsonLine = (story: Story): string => `${JSON.stringify(whole(story))}\n`;

/** The text that JSON.stringify gives for the whole list. */
function jsonList(stdout: Environment['stdout']): StoryWriter {
  let isEmpty = true;
  return {
    write: (stories) => {
      for (const story of stories) {
        stdout(`${isEmpty ? '[' : ','}\n${JSON.stringify(whole(story), null, 2).replace(/^/gm, '  ')}`);
        isEmpty = false;
      }
    },
    end: () => stdout(isEmpty ? '[]\n' : '\n]\n'),
  };
}
