import { plainTable } from '../src/cli/output/plain-table.ts';
import { FAULTS, Fault } from '../src/core/problem/faults.ts';
import { problemLine } from '../src/core/problem/problem.ts';
import { LAB_IMAGES } from '../test/lab/images.ts';
import { down } from './lab/down.ts';
import { exec } from './lab/exec.ts';
import { misuse, requireUsed } from './lab/misuse.ts';
import { ps } from './lab/ps.ts';
import { DEFAULT_NAME, labContainer, labFolder, labPod, logOf, theLab } from './lab/state.ts';
import { type BroughtUp, up } from './lab/up.ts';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run lab -- up [FILE...]            a control plane with Pillion and a node; pods that it admits really run
npm run lab -- ps [-o json]            what runs
npm run lab -- exec POD [-c CONTAINER] -- COMMAND   in a container of a pod, on this terminal
npm run lab -- logs POD [-c CONTAINER] what a container has written
npm run lab -- images                  the images that pods can name, and what each is
npm run lab -- down                    ends all of it
options: -n NAMESPACE, where pods of several namespaces have one name; --name NAME, for more than one lab
example: npm run lab -- up deploy/lab/pods.yaml
`;

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

/** @returns the exit code */
async function lab(): Promise<number> {
  const argv = process.argv.slice(2);
  const end = argv.indexOf('--');
  const words = end === -1 ? [] : argv.slice(end + 1);
  const { values, positionals } = scriptArguments(USAGE, {
    args: end === -1 ? argv : argv.slice(0, end),
    allowPositionals: true,
    options: {
      namespace: { type: 'string', short: 'n' },
      container: { type: 'string', short: 'c' },
      output: { type: 'string', short: 'o' },
      name: { type: 'string', default: DEFAULT_NAME },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  const { name, namespace, output } = values;
  if (values.help) print(USAGE);
  if (values.help) return 0;
  // refuses what is no name before anything is read or started
  labFolder(name);
  if (command === undefined) throw misuse('lab needs a command');
  requireUsed({ command, rest, behind: words, options: { namespace, container: values.container, output } });
  const container = async () =>
    labContainer(await labPod(await theLab(name), rest[0] ?? '', namespace), values.container);
  if (command === 'up') return toldUp(await up(name, rest));
  if (command === 'exec') return exec(await container(), words);
  if (command === 'ps') print(await ps(await theLab(name), output, colour));
  else if (command === 'logs') process.stdout.write(await logOf(await container()));
  else if (command === 'images') print(imageTable());
  else if (command === 'down') print((await down(name)) ? 'the lab has ended' : 'no lab runs');
  return 0;
}

/** @returns the exit code */
function toldUp({ said, warnings, problem, next }: BroughtUp): number {
  for (const line of [...warnings, problem ?? []].flat()) process.stderr.write(`${line}\n`);
  print(...said, ...(said.length > 0 ? [''] : []), ...next);
  return problem === undefined ? 0 : 1;
}

function told({ code, message, problems }: Fault): string {
  const lines = [message, ...problems.map(problemLine)].join('\n  ');
  if (code === 'PIL003') return `${lines}\n\n${USAGE.trimEnd()}`;
  // what other faults say here names its own way out
  return code === 'PIL001' ? `${lines}\n  ${FAULTS[code].hint}` : lines;
}

const imageTable = () =>
  plainTable(
    ['image', 'is'],
    Object.entries(LAB_IMAGES).map(([image, { is }]) => [image, is]),
    colour,
  );

try {
  process.exitCode = await lab();
} catch (error) {
  process.exitCode = error instanceof Fault ? FAULTS[error.code].exit : 1;
  process.stderr.write(`${error instanceof Fault ? told(error) : (error as Error).message}\n`);
}
