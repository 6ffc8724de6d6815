import { readFile } from 'node:fs/promises';
import { plainTable } from '../src/cli/output/plain-table.ts';
import { FAULTS, Fault } from '../src/core/problem/faults.ts';
import { problemLine } from '../src/core/problem/problem.ts';
import { LAB_IMAGES } from '../test/lab/images.ts';
import { down } from './lab/down.ts';
import { exec } from './lab/exec.ts';
import { ps } from './lab/ps.ts';
import { labContainer, labFolder, labPod, theLab } from './lab/state.ts';
import { up } from './lab/up.ts';
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
      name: { type: 'string', default: 'lab' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  const { name } = values;
  // refuses what is no name before anything is read or started
  labFolder(name);
  const container = async () => {
    const [pod] = rest;
    if (pod === undefined) throw misuse(`lab ${command} needs the name of a pod`);
    return labContainer(await labPod(await theLab(name), pod, values.namespace), values.container);
  };
  if (values.help) print(USAGE);
  else if (command === 'up') print(...(await up(name, rest)));
  else if (command === 'ps') print(await ps(await theLab(name), values.output, colour));
  else if (command === 'logs') process.stdout.write(await readFile((await container()).log, 'utf8'));
  else if (command === 'images') print(imageTable());
  else if (command === 'down') print((await down(name)) ? 'the lab has ended' : 'no lab runs');
  else if (command === 'exec') {
    if (words.length === 0)
      throw misuse('lab exec needs a command behind --, such as: lab exec client -- node --version');
    return exec(await container(), words);
  } else throw misuse(command === undefined ? 'lab needs a command' : `there is no command lab ${command}`);
  return 0;
}

const misuse = (message: string) => new Fault('PIL003', [{ path: '', message }]);

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
