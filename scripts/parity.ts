// `npm run parity`: what Istio’s injector would make of the inputs of its own tests, and what Pillion makes of them. See test/parity.
import { parseArgs } from 'node:util';
import { goldensOf, outcomeOf } from '../test/parity/outcome.ts';
import { readPeer } from '../test/parity/peer.ts';
import { countsOf, reportOf } from '../test/parity/report.ts';
import { createProgress } from './progress.mjs';

const USAGE = `npm run parity                   Istio’s injection goldens against the profile istio, compatibility Istio
npm run parity -- -o json        the same for machines

Exit code 1 when a golden is not met.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
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
  const outcomes = goldens.map((golden) => outcomeOf(golden, peer));
  const counts = countsOf(outcomes);
  process.stdout.write(
    values.output === 'json'
      ? `${JSON.stringify({ counts, outcomes }, null, 2)}\n`
      : reportOf(outcomes, process.stdout.isTTY === true),
  );
  process.exitCode = counts.wrong > 0 ? 1 : 0;
}
