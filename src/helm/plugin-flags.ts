import type { Command } from 'commander';
import { collect } from '../cli/command-flags.ts';

/** The flags that say values, as Helm has them. */
export interface ValuesFlags {
  readonly values: readonly string[];
  /** --set and its kin, each with its value behind it. */
  readonly sets: readonly string[];
}

/** The flags that say where the central templates come from. */
export interface TemplatesFlags {
  readonly templates?: string;
  readonly repo?: string;
  readonly version?: string;
  readonly updateLock?: boolean;
  /** Flags for `helm pull`. */
  readonly pullFlag?: readonly string[];
}

/** What every command about a project is told. */
export interface ProjectFlags extends ValuesFlags, TemplatesFlags {
  readonly chart?: string;
}

/** Helm applies them in an order of its own, whatever order they are given in. */
const SETS = {
  '--set': 'a value, as path=value; below mesh for traffic values (repeatable)',
  '--set-string': 'the same, always a text (repeatable)',
  '--set-json': 'the same, as JSON (repeatable)',
  '--set-file': 'the same, the content of a file (repeatable)',
  '--set-literal': 'the same, a text as it stands (repeatable)',
} as const;

/** For every command about a project. */
export function withProject(command: Command): Command {
  command
    .option('-f, --values <file>', 'traffic values, or values of the project’s own chart (repeatable)', filesIn)
    .option('--chart <folder>', 'the project’s own chart; without it, a chart of the mesh’s objects alone')
    .option('--templates <from>', 'the central templates: a folder, a .tgz, oci://..., or a name with --repo')
    .option('--repo <url>', 'the chart repository that has them')
    .option('--version <version>', 'the version of the central templates')
    .option('--pull-flag <flag>', 'a flag for helm pull, such as --verify or --plain-http (repeatable)', collect)
    .option('--update-lock', 'pin other templates than before in pillion.lock');
  for (const [flag, description] of Object.entries(SETS)) command.option(`${flag} <value>`, description, collect);
  return command;
}

/** The flags as commander gives them, in the shape of ProjectFlags. */
export function projectFlags(given: Readonly<Record<string, unknown>>): ProjectFlags {
  const sets = Object.keys(SETS).flatMap((flag) => {
    const texts = given[camelCase(flag)];
    return Array.isArray(texts) ? texts.flatMap((text) => [flag, String(text)]) : [];
  });
  return {
    ...(given as Omit<ProjectFlags, 'sets' | 'values'>),
    values: (given.values as string[] | undefined) ?? [],
    sets,
  };
}

// as Helm, which splits them at commas
const filesIn = (value: string, before: readonly string[] = []): string[] => [...before, ...value.split(',')];

const camelCase = (flag: string): string => flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

// a later value would be none that was judged; -i, -g and -h take no value, so one letter more can follow them
const VALUES_FLAG = /^(-[igh]*f|--values(=|$)|--set(-string|-json|-file|-literal)?(=|$))/;
const REUSE_FLAG = /^--(reuse-values|reset-then-reuse-values)(=|$)/;

/**
 * What of Helm’s own flags would have it apply other values than those that were judged.
 * @returns the sentence about the first of them, with what to do instead; undefined when there is none
 */
export function unjudgedValuesIn(helmFlags: readonly string[]): string | undefined {
  const late = helmFlags.find((flag) => VALUES_FLAG.test(flag));
  if (late !== undefined) return `${late} says values behind the --, where nobody judges them; give it before the --`;
  const reuse = helmFlags.find((flag) => REUSE_FLAG.test(flag));
  return reuse === undefined
    ? undefined
    : `${reuse} has Helm take values from the release before, which nobody judges here; leave it out, and say with -f or --set before the -- whatever is to stay`;
}
