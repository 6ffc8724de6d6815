import { problemLine } from '../../core/problem/problem.ts';
import { podStories } from '../../core/records/stories.ts';
import type { Environment } from '../environment.ts';
import { storyTexts } from '../output/story.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { type RecordLines, readRecordLines } from '../record-lines.ts';

export interface AuditFlags {
  readonly file: string[];
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/**
 * `pillion audit -f LOG`: for every pod in the records, what was decided, why, and who applied the workload behind it.
 * @returns 0, also when some lines could not be read: those are named on stderr
 * @throws Fault PIL001
 */
export async function audit(flags: AuditFlags, environment: Environment): Promise<number> {
  const { file: files, namespace: only, output } = flags;
  const read: RecordLines[] = [];
  // one after another, each once: stdin can be given only once
  for (const file of new Set(files))
    read.push(await readRecordLines(file, environment, ({ namespace }) => only === undefined || namespace === only));
  const stories = podStories(read.flatMap(({ records }) => records));
  tellBroken(read, environment);
  if (output !== 'human') environment.stdout(structured(stories, output));
  else for (const text of storyTexts(stories, environment.colour)) environment.stdout(`${text}\n`);
  if (stories.length === 0) environment.stderr('no record of a pod in these files\n');
  return 0;
}

function tellBroken(read: readonly RecordLines[], { stderr }: Environment): void {
  const broken = read.reduce((sum, lines) => sum + lines.broken, 0);
  if (broken === 0) return;
  const shown = read.flatMap(({ problems }) => problems).slice(0, SHOWN_PROBLEMS);
  const lines = shown.map((problem) => `  ${problemLine(problem)}\n`);
  stderr(
    `${broken === 1 ? '1 line' : `${broken} lines`} could not be read and ${broken === 1 ? 'is' : 'are'} left out:\n${lines.join('')}`,
  );
}

const SHOWN_PROBLEMS = 5;
