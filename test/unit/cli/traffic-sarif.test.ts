import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { toBeValidSarifLog } from '@microsoft/jest-sarif/lib/matchers/to-be-valid-sarif-log.js';
import { VERSION } from '../../../src/core/version.ts';
import { pillion } from './command-line.ts';

const WAIVER = 'waivers: [{rule: MESH012, reason: agreed with the platform team, expires: "2027-01-31"}]\n';
const files = {
  'all/waived.yaml': `service: {name: a, port: 80}\noutlierDetection: {consecutiveGatewayErrors: 5}\n${WAIVER}`,
  'all/with blank #1.yaml': 'service: {name: b, port: 80}\ntimeout: 5s\ndependsOn: [c]\n',
  'all/c.yaml': 'service: {name: c, port: 80}\ncircuitBreaker: {maxRequests: 7}\n',
  'all/refused.yaml': 'service: {name: d, prot: 80}\n',
};

async function log(...args: readonly string[]) {
  const { exit, stdout } = await pillion(['traffic', 'lint', ...args, '-o', 'sarif'], { files });
  return { exit, log: JSON.parse(stdout) };
}

/** What the schema of SARIF 2.1.0 says against a log. */
function faults(value: unknown): string | undefined {
  const { pass, message } = toBeValidSarifLog.call({} as never, value) as { pass: boolean; message: () => string };
  return pass ? undefined : message();
}

test('the log is one by the schema of SARIF, with and without findings, and the schema refuses one that is not', async () => {
  expect(faults((await log('--catalog', 'all')).log)).toBeUndefined();
  expect(faults((await log('all/c.yaml')).log)).toBeUndefined();
  const { log: wrong } = await log('--catalog', 'all');
  wrong.runs[0].results[0].level = 'waived';
  expect(faults(wrong)).toContain('level');
});

test('each finding has its rule, level, place, related places, and the reason of its waiver', async () => {
  const { exit, log: whole } = await log('--catalog', 'all');
  const [run] = whole.runs;
  expect([exit, run.tool.driver.name, run.tool.driver.version]).toEqual([2, 'pillion', VERSION]);
  const shown = run.results.map((result: Record<string, never>) => {
    const {
      ruleId,
      level,
      locations,
      suppressions = [],
    } = result as never as {
      ruleId: string;
      level: string;
      locations: [{ physicalLocation: { artifactLocation: { uri: string }; region: object } }];
      suppressions: readonly object[];
    };
    const { artifactLocation, region } = locations[0].physicalLocation;
    return [ruleId, level, artifactLocation.uri, region, suppressions];
  });
  const at = (startLine: number, startColumn: number) => ({ startLine, startColumn });
  expect(shown).toEqual([
    ['MESH020', 'note', 'all/c.yaml', at(2, 18), []],
    [
      'MESH012',
      'warning',
      'all/waived.yaml',
      at(2, 20),
      [{ kind: 'inSource', status: 'accepted', justification: 'agreed with the platform team (until 2027-01-31)' }],
    ],
    ['MESH001', 'error', 'all/with%20blank%20%231.yaml', at(2, 1), []],
    ['MESH007', 'error', 'all/with%20blank%20%231.yaml', at(2, 1), []],
  ]);
  expect(run.results[3].relatedLocations).toMatchObject([
    {
      physicalLocation: { artifactLocation: { uri: 'all/c.yaml' } },
      message: { text: '/timeout: timeout 10s (defaults)' },
    },
  ]);
});

test('a file that cannot be read is a fault of the run', async () => {
  const { log: whole } = await log('--catalog', 'all');
  expect(whole.runs[0].invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: 'error', message: { text: '/service: lacks the key port' } },
        { message: { text: '/service/prot: is not a key that is known here; did you mean port?' } },
      ],
    },
  ]);
  expect((await log('all/c.yaml')).log.runs[0].invocations).toEqual([
    { executionSuccessful: true, toolExecutionNotifications: [] },
  ]);
});

test('each rule leads to its place in the reference, by the index that results have', async () => {
  const reference = readFileSync(new URL('../../../docs/traffic-rules.md', import.meta.url), 'utf8');
  const [run] = (await log('--catalog', 'all')).log.runs;
  for (const { id, help } of run.tool.driver.rules) {
    expect(help.text).toContain(`docs/traffic-rules.md#${id.toLowerCase()}`);
    expect(reference).toContain(`\n## ${id}\n`);
  }
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
});
