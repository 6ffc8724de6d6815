import type { Command, Option } from 'commander';
import type { Environment } from '../../src/cli/environment.ts';
import { commandLine } from '../../src/cli/program.ts';
import type { PluginEnvironment } from '../../src/helm/environment.ts';
import { pluginLine } from '../../src/helm/program.ts';
import { GENERATED_NOTE, table } from './table.ts';

const nowhere = async (): Promise<never> => {
  throw new Error('the reference only describes commands');
};

const NOWHERE: PluginEnvironment & Environment = {
  stdout: () => {},
  stderr: () => {},
  stdoutTaken: nowhere,
  collectGarbage: () => {},
  readStdin: nowhere,
  readFile: nowhere,
  writeFile: nowhere,
  onInterrupt: () => () => {},
  filesBelow: async () => undefined,
  readBytes: async function* () {
    yield nowhere();
  },
  sizeOf: nowhere,
  variables: {},
  now: () => new Date(0),
  colour: false,
  interactive: false,
  columns: 100,
  browse: () => false,
  serve: nowhere,
  signals: process,
};

/** docs/helm-plugin.md: every command of the Helm plugin with its flags. */
export function pluginReference(): string {
  const commands = leaves(pluginLine(NOWHERE, async () => {}));
  const [first] = commands;
  const ofProject = first?.options.filter(({ long }) => long !== '--output') ?? [];
  const shared = new Set(ofProject.map(({ flags }) => flags));
  return [
    GENERATED_NOTE,
    '# The Helm plugin',
    '',
    'How it is installed and used: [deploy/helm-plugin](../deploy/helm-plugin/README.md). Flags of Helm such as `--namespace` and',
    '`--kube-context` are taken by Helm and count for everything.',
    '',
    table(
      ['exit code', 'meaning'],
      [
        ['0', 'done'],
        [
          '1',
          'traffic values break a rule, pods would be left out, something differs (`verify`, `diff`), or Helm cannot do its part',
        ],
        ['2', 'usage, or a document that is refused'],
        ['other', '`template`, `install`, `upgrade`: what Helm ended with'],
      ],
    ),
    '',
    '## Flags of every command',
    '',
    optionTable(ofProject),
    '',
    ...commands.flatMap((command) => section(command, 'helm pillion', shared)),
  ].join('\n');
}

/** docs/commands.md: every command with its flags. */
export function commandReference(): string {
  const program = commandLine(NOWHERE, async () => {});
  return [
    GENERATED_NOTE,
    '# Commands',
    '',
    'In a checkout: `npm run -s pillion -- COMMAND`. Data goes to stdout, everything else to stderr; `-` is stdin.',
    '',
    table(
      ['exit code', 'meaning'],
      [
        [
          '0',
          'done; `explain`: every pod would be injected; `traffic verify`: something was seen to act, and all that had to',
        ],
        [
          '1',
          'a pod would be refused, a sidecar cannot be taken out, a setting cannot be expressed (`traffic import`; `profile from-istio` with `--strict`; `policy export`: nothing can), traffic values break a rule, something of them does not act, a workload is incompatible (`check`) or left to restart (`rollout restart`) or to wake (`doctor --kick`), a pod is not as the policy wants it (`audit --live`), records are missing, forged or changed (`audit verify`), an installation has a problem (`doctor`), or the server could not start',
        ],
        ['2', 'usage, or a document that is refused'],
        [
          '3',
          '`explain`: some pod is left alone, or a namespace is closed; `traffic verify`: nothing was seen to act, and nothing had to; `simulate`: no pod could be decided about',
        ],
        ['4', 'the cluster cannot be asked, or does not run what is to be tried'],
      ],
    ),
    '',
    ...leaves(program).flatMap((command) => section(command, 'pillion')),
  ].join('\n');
}

const leaves = (command: Command): Command[] => {
  const shown = command.createHelp().visibleCommands(command);
  const below = command.commands.filter((one) => shown.includes(one)).flatMap(leaves);
  // one with flags of its own does something itself
  return command.commands.length === 0 || command.options.length > 0 ? [command, ...below] : below;
};

function section(command: Command, program: string, elsewhere: ReadonlySet<string> = new Set()): string[] {
  const names = [command.parent?.parent === null ? '' : `${command.parent?.name()} `, command.name()].join('');
  const own = command.options.filter(({ flags }) => !elsewhere.has(flags));
  const given = command.registeredArguments
    .map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return argument.required ? ` <${name}>` : ` [${name}]`;
    })
    .join('');
  const flags = elsewhere.size > 0 && own.length === 0 ? [] : [optionTable(own), ''];
  return [`## \`${program} ${names}${given}\``, '', command.description(), '', ...flags];
}

const optionTable = (options: readonly Option[]): string =>
  table(
    ['flag', 'meaning', 'default'],
    options.map(({ flags, description, defaultValue, mandatory, argChoices }) => [
      `\`${flags}\``,
      [description, argChoices === undefined ? '' : `: ${argChoices.join(', ')}`].join(''),
      mandatory
        ? 'required'
        : defaultValue === undefined || Array.isArray(defaultValue)
          ? ''
          : `\`${String(defaultValue)}\``,
    ]),
  );
