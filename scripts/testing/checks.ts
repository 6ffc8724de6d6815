import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runCommand } from './command.ts';
import { jest } from './jest.ts';
import type { SuiteOutcome, SuiteRun } from './suite.ts';

const ARCHITECTURE = 'test/unit/architecture.test.ts';

type Check = { readonly name: string; run(run: SuiteRun): Promise<{ passed: boolean; output: string }> };

const tool = (name: string, command: string, ...args: string[]): Check => ({
  name,
  run: async ({ guard, deadline }) => {
    const path = join(ROOT, 'node_modules', '.bin', command);
    const { code, output } = await runCommand(guard, { name, command: path, args, deadline });
    return { passed: code === 0, output };
  },
});

const architecture: Check = {
  name: 'architecture',
  run: async ({ guard, deadline }) => {
    if (!existsSync(join(ROOT, ARCHITECTURE)))
      return { passed: false, output: `${ARCHITECTURE} is missing: restore it\n` };
    const args = ['--selectProjects', 'unit', '--runTestsByPath', ARCHITECTURE];
    const { passed, failed, output } = await jest(guard, 'architecture', ['--maxWorkers=1', ...args], deadline);
    return { passed: passed > 0 && failed === 0, output };
  },
};

const CHECKS: readonly Check[] = [
  tool('types', 'tsc', '--noEmit'),
  // with the names of a browser, which nothing else may use
  tool('types of the page', 'tsc', '--noEmit', '--project', 'src/dashboard'),
  tool('lint and format', 'biome', 'check', '--diagnostic-level=warn', '--error-on-warnings'),
  tool('dead code', 'knip'),
  architecture,
];

/** Runs the checks one after the other; each counts as one test. Output is kept of those that fail. */
export async function runChecks(run: SuiteRun): Promise<SuiteOutcome> {
  const lines: string[] = [];
  let passed = 0;
  for (const check of CHECKS) {
    const outcome = await check.run(run);
    if (outcome.passed) passed++;
    lines.push(outcome.passed ? `✓ ${check.name}` : `✗ ${check.name}\n${outcome.output.trimEnd()}`);
  }
  return { passed, failed: CHECKS.length - passed, skipped: 0, output: `${lines.join('\n')}\n` };
}
