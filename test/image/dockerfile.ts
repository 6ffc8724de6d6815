/** A stage of a Dockerfile, as far as its files and its settings are told by it. */
export interface Stage {
  readonly name: string;
  /** The image or the stage it stands on, its arguments not filled in. */
  readonly from: string;
  readonly workdir: string;
  readonly copies: readonly Copy[];
  /** Commands that would run in it, each in the words of the file. */
  readonly runs: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly user: string | undefined;
  readonly entrypoint: readonly string[];
}

export interface Copy {
  /** The stage it takes from; undefined is the checkout. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly to: string;
}

type Draft = { -readonly [field in keyof Stage]: Stage[field] };

const FROM = /^(?:--platform=\S+ )?(\S+) AS (\S+)$/;
const COPY_FROM = /^--from=(\S+) /;

/**
 * Reads the part of the Dockerfile language that this repository uses.
 * @throws Error for anything else, so that nothing that the image would have is passed over
 */
export function parseDockerfile(text: string): ReadonlyMap<string, Stage> {
  const stages = new Map<string, Draft>();
  let stage: Draft | undefined;
  for (const line of instructionsOf(text)) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'ARG') continue;
    if (instruction === 'FROM') {
      const [, from, name] = FROM.exec(rest) ?? [];
      if (from === undefined || name === undefined) throw new Error(`not read: ${line}; write FROM IMAGE AS NAME`);
      stage = emptyStage(name, from);
      stages.set(name, stage);
    } else if (stage === undefined) throw new Error(`not read: ${line}; it stands before the first FROM`);
    else obey(stage, instruction, rest);
  }
  return stages;
}

const instructionsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');

function emptyStage(name: string, from: string): Draft {
  const nothing = { copies: [], runs: [], environment: new Map(), labels: new Map(), entrypoint: [] };
  return { name, from, workdir: '/', user: undefined, ...nothing };
}

function obey(stage: Draft, instruction: string, rest: string): void {
  if (instruction === 'COPY') stage.copies = [...stage.copies, copyOf(rest, stage.workdir)];
  else if (instruction === 'RUN') stage.runs = [...stage.runs, rest];
  else if (instruction === 'WORKDIR') stage.workdir = rest;
  else if (instruction === 'USER') stage.user = rest;
  else if (instruction === 'ENV') stage.environment = new Map([...stage.environment, ...pairsOf(rest)]);
  else if (instruction === 'LABEL') stage.labels = new Map([...stage.labels, ...pairsOf(rest)]);
  else if (instruction === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest) as string[];
  else if (instruction !== 'EXPOSE')
    throw new Error(
      `not read: ${instruction} ${rest}; teach test/image/dockerfile.ts what it does, and the layout beside it`,
    );
}

function copyOf(rest: string, workdir: string): Copy {
  const from = COPY_FROM.exec(rest)?.[1];
  const words = rest.replace(COPY_FROM, '').split(' ');
  if (words.some((word) => /^--|[*?[]/.test(word))) throw new Error(`not read: COPY ${rest}; name each file`);
  const to = words.pop() ?? '';
  return { from, sources: words, to: absolute(to, workdir) };
}

const absolute = (path: string, workdir: string): string =>
  path.startsWith('/') ? path : `${workdir.replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`;

function pairsOf(text: string): [string, string][] {
  const pairs = [...text.matchAll(/([^\s=]+)=("[^"]*"|\S+)/g)].map(([, key = '', value = '']): [string, string] => [
    key,
    value.startsWith('"') ? (JSON.parse(value) as string) : value,
  ]);
  if (pairs.length === 0) throw new Error(`not read: ${text}; write KEY=VALUE`);
  return pairs;
}
