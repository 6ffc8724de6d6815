// `npm run check`: types, lint and format, dead code, architecture.
import { openGuard } from '../test/processes/guard.ts';
import { createProgress } from './progress.mjs';
import { runChecks } from './testing/checks.ts';
import { endWith } from './testing/interruption.ts';
import { sumLine } from './testing/schedule.ts';

const LIMIT_MS = 5 * 60_000;

const step = createProgress().step('types, lint and format, dead code, architecture');
const guard = await openGuard();
endWith(guard);
const { output, ...counts } = await runChecks({
  guard,
  filter: undefined,
  jestArgs: [],
  deadline: Date.now() + LIMIT_MS,
});
await guard.stop();
if (counts.failed > 0) step.failed();
else step.done();
process.stdout.write(`${output}${sumLine(counts)}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
