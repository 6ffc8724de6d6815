// `npm run parity`: what Istio’s injector would make of the inputs of its own tests, and what Pillion makes of them. See test/parity.
import { type Correction, correctedTable, correctionOf } from '../test/parity/corrected.ts';
import { goldensOf, type Outcome, outcomeOf } from '../test/parity/outcome.ts';
import { readPeer } from '../test/parity/peer.ts';
import { countsOf, reportOf } from '../test/parity/report.ts';
import { createProgress } from './progress.mjs';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run parity                   Istio’s injection goldens against the profile istio, compatibility Istio
npm run parity -- --corrected    what compatibility Corrected changes against that, case by case
npm run parity -- -o json        the same for machines

Exit code 1 when a golden is not met.
`;

const { values, positionals } = scriptArguments(USAGE, {
  allowPositionals: true,
  options: {
    corrected: { type: 'boolean', default: false },
    output: { type: 'string', short: 'o', default: 'human' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.length > 0 || !['human', 'json'].includes(values.output)) {
  process.stderr.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else await parity();

async function parity(): Promise<void> {
  const step = createProgress().step('reading the goldens of Istio');
  const peer = await readPeer();
  const goldens = goldensOf(peer);
  step.done(`read ${goldens.length} goldens of Istio`);
  if (values.corrected) corrected(goldens.map((golden) => correctionOf(golden, peer)));
  else judged(goldens.map((golden) => outcomeOf(golden, peer)));
}

function corrected(corrections: readonly Correction[]): void {
  print(corrections, (colour) => correctedTable(corrections, colour));
}

function judged(outcomes: readonly Outcome[]): void {
  const counts = countsOf(outcomes);
  print({ counts, outcomes }, (colour) => reportOf(outcomes, colour));
  process.exitCode = counts.wrong > 0 ? 1 : 0;
}

function print(forMachines: unknown, forPeople: (colour: boolean) => string): void {
  const json = values.output === 'json';
  process.stdout.write(json ? `${JSON.stringify(forMachines, null, 2)}\n` : forPeople(process.stdout.isTTY === true));
}
