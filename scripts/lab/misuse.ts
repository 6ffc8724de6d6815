import { Fault } from '../../src/core/problem/faults.ts';
import { quoted } from '../../src/core/problem/quoted.ts';

/** What stands behind `npm run lab --`. */
export interface LabWords {
  readonly command: string;
  /** Behind the command. */
  readonly rest: readonly string[];
  /** Behind a `--` of its own. */
  readonly behind: readonly string[];
  readonly options: Readonly<Record<'namespace' | 'container' | 'output', string | undefined>>;
}

/** What each command knows beside `--name`: how many words, and which options. */
const COMMANDS: ReadonlyMap<string, { readonly words: number; readonly options: readonly string[] }> = new Map([
  ['up', { words: Number.POSITIVE_INFINITY, options: [] }],
  ['ps', { words: 0, options: ['output'] }],
  ['exec', { words: 1, options: ['namespace', 'container'] }],
  ['logs', { words: 1, options: ['namespace', 'container'] }],
  ['images', { words: 0, options: [] }],
  ['down', { words: 0, options: [] }],
]);

export const misuse = (message: string): Fault => new Fault('PIL003', [{ path: '', message }]);

/** @throws Fault PIL003 for a command that there is not, and for what its command would not look at */
export function requireUsed({ command, rest, behind, options }: LabWords): void {
  const known = COMMANDS.get(command);
  if (known === undefined) throw misuse(`there is no command lab ${command}`);
  if (command === 'exec' && behind.length === 0)
    throw misuse('lab exec needs a command behind --, such as: lab exec client -- node --version');
  const extra = rest[known.words] ?? (command === 'exec' ? undefined : behind[0]);
  if (extra !== undefined) throw misuse(`lab ${command} does not know what to do with ${quoted(extra)}`);
  if (known.words === 1 && rest.length === 0) throw misuse(`lab ${command} needs the name of a pod`);
  for (const [option, value] of Object.entries(options))
    if (value !== undefined && !known.options.includes(option)) throw misuse(`lab ${command} has no --${option}`);
  if (options.output !== undefined && options.output !== 'json')
    throw misuse(`--output is ${quoted(options.output)}; accepted: json; without it, a table`);
}
