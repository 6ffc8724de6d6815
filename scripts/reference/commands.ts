import type { Command } from 'commander';
import { commandLine } from '../../src/cli/program.ts';
import { GENERATED_NOTE, table } from './table.ts';

const nowhere = async (): Promise<never> => {
  throw new Error('the reference only describes commands');
};

/** docs/commands.md: every command with its flags. */
export function commandReference(): string {
  const program = commandLine(
    {
      stdout: () => {},
      stderr: () => {},
      readStdin: nowhere,
      readFile: nowhere,
      readLines: async function* () {
        yield nowhere();
      },
      variables: {},
      now: () => new Date(0),
      colour: false,
      columns: 100,
      serve: nowhere,
    },
    async () => {},
  );
  return [
    GENERATED_NOTE,
    '# Commands',
    '',
    'In a checkout: `npm run -s pillion -- COMMAND`. Data goes to stdout, everything else to stderr; `-` is stdin.',
    '',
    table(
      ['exit code', 'meaning'],
      [
        ['0', 'done; `explain`: every pod would be injected'],
        [
          '1',
          'a pod would be refused, a sidecar cannot be taken out, a setting cannot be expressed and `--strict` is given, traffic values break a rule, or the server could not start',
        ],
        ['2', 'usage, or a document that is refused'],
        ['3', '`explain`: some pod is left alone'],
        ['4', 'the cluster cannot be asked'],
      ],
    ),
    '',
    ...leaves(program).flatMap(section),
  ].join('\n');
}

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

function section(command: Command): string[] {
  const names = [command.parent?.parent === null ? '' : `${command.parent?.name()} `, command.name()].join('');
  const rows = command.options.map(({ flags, description, defaultValue, mandatory, argChoices }) => [
    `\`${flags}\``,
    [description, argChoices === undefined ? '' : `: ${argChoices.join(', ')}`].join(''),
    mandatory ? 'required' : defaultValue === undefined ? '' : `\`${String(defaultValue)}\``,
  ]);
  const given = command.registeredArguments
    .map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return argument.required ? ` <${name}>` : ` [${name}]`;
    })
    .join('');
  return [
    `## \`pillion ${names}${given}\``,
    '',
    command.description(),
    '',
    table(['flag', 'meaning', 'default'], rows),
    '',
  ];
}
