import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { policyFromFiles } from '../../../src/cli/policy-sources.ts';
import { readTextFile } from '../../../src/cli/text-file.ts';
import { PolicyFiles } from '../../../src/cluster/policy-files.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { Fault } from '../../../src/core/problem/faults.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { until } from '../../https/until.ts';

const named = (name: string, text = DEFAULT_POLICY) => text.replace('name: default', `name: ${name}`);
const FIRST = named('first');
const SECOND = named('second');
const BAD = SECOND.replace('onError: Refuse', 'onError: Ignore');

let folder: string;
let file: string;
let files: PolicyFiles;
let used: string[];
let log: { readonly level: number; readonly msg: string }[];
let registry: Registry;
let use: (policy: ActivePolicy) => Promise<void>;

const now = new Date('2026-11-03');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-policy-'));
  file = join(folder, 'policy.yaml');
  [used, log, registry] = [[], [], new Registry()];
  use = async ({ name }) => void used.push(name);
});
afterEach(async () => {
  files.close();
  await rm(folder, { recursive: true, force: true });
});

async function follow(pollMs = 3_600_000, settleMs = 20): Promise<void> {
  const flags = { policy: [file], ownNamespace: 'pillion-system' };
  files = new PolicyFiles({
    policy: await policyFromFiles(flags, { readFile: readTextFile, readStdin: async () => '', now: () => now }),
    use: ({ active }) => use(active),
    pollMs,
    settleMs,
    log: pino({}, { write: (line) => void log.push(JSON.parse(line)) }),
    metrics: createMetrics(registry, { version: '0', node: '0' }, { process: false }).policy,
  });
}

const metric = async (series: string): Promise<string | undefined> =>
  (await registry.metrics()).split('\n').find((line) => line.startsWith(`${series} `) || line.startsWith(`${series}{`));
const reloads = async (result: string) => metric(`pillion_policy_reloads_total{result="${result}"}`);
const errors = () => log.filter(({ level }) => level === 50).map(({ msg }) => msg);

/** Writes the file as the kubelet does: a new folder, to which the link `..data` is swapped. */
async function mount(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'policy.yaml'), text);
  await symlink(name, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

describe('a policy from files', () => {
  test.each([
    ['by watching the folder', 3_600_000],
    ['by polling', 20],
  ])('is followed %s, also when it is mounted', async (_name, pollMs) => {
    await mount('v1', FIRST);
    await symlink(join('..data', 'policy.yaml'), file);
    await follow(pollMs);
    files.start();
    expect(await metric('pillion_policy_info')).toMatch(/name="first",revision="[0-9a-f]{16}"/);
    await mount('v2', SECOND);
    await until(() => used.length === 1);
    await until(async () => (await metric('pillion_policy_info'))?.includes('name="second"') === true);
    expect([used, await reloads('renewed')]).toEqual([['second'], 'pillion_policy_reloads_total{result="renewed"} 1']);
    expect(log.at(-1)).toMatchObject({ level: 30, msg: 'policy renewed', policy: 'second' });
  });

  test.each<[string, () => Promise<void>, string]>([
    ['a bad text', () => writeFile(file, BAD), ':3: /spec/onError: is "Ignore"; accepted: Refuse, Admit'],
    ['an emptied file', () => writeFile(file, ''), ': holds no InjectionPolicy'],
    ['a text cut off', () => writeFile(file, SECOND.slice(0, SECOND.indexOf('namespaceLabel') + 30)), ': '],
    ['a file that is gone', () => rm(file), 'ENOENT'],
    ['something that is no file', () => rm(file).then(() => mkdir(file)), 'EISDIR'],
    ['a text that is much too long', () => writeFile(file, '#'.repeat(40_000_000)), 'has more than 33554432 bytes'],
  ])('that becomes %s leaves the one before active, once told and counted', async (_name, break_, said) => {
    await writeFile(file, FIRST);
    await follow();
    await break_();
    await files.refresh();
    await files.refresh();
    const [first, ...rest] = errors();
    expect(first).toContain(`policy refused: ${file}`);
    expect(first).toContain(said);
    expect(rest.at(-1)).toContain('the one before it stays active; mend the places that are named');
    expect([await reloads('refused'), await metric('pillion_policy_stale'), used]).toEqual([
      'pillion_policy_reloads_total{result="refused"} 1',
      'pillion_policy_stale 1',
      [],
    ]);
    await rm(file, { recursive: true, force: true });
    await writeFile(file, SECOND);
    await files.refresh();
    expect([used, await metric('pillion_policy_stale')]).toEqual([['second'], 'pillion_policy_stale 0']);
  });

  test('that is mended to what is active needs no change', async () => {
    await writeFile(file, FIRST);
    await follow();
    await writeFile(file, BAD);
    await files.refresh();
    await writeFile(file, `# mended\n${FIRST}`);
    await files.refresh();
    expect([used, await metric('pillion_policy_stale')]).toEqual([[], 'pillion_policy_stale 0']);
  });

  test('that is being written is judged when it has stood for a while', async () => {
    await writeFile(file, FIRST);
    await follow(3_600_000, 1_000);
    await writeFile(file, BAD);
    const judged = files.refresh();
    await writeFile(file, SECOND);
    await judged;
    expect([used, errors()]).toEqual([['second'], []]);
  });

  test('that cannot be put in force is tried again', async () => {
    await writeFile(file, FIRST);
    await follow();
    use = async () => {
      throw new Error('no namespaces');
    };
    await writeFile(file, SECOND);
    await files.refresh();
    expect([errors(), await metric('pillion_policy_stale')]).toEqual([
      [expect.stringContaining('the one before stays active')],
      'pillion_policy_stale 1',
    ]);
    use = async ({ name }) => void used.push(name);
    await files.refresh();
    expect([used, await metric('pillion_policy_stale')]).toEqual([['second'], 'pillion_policy_stale 0']);
  });

  test('that the API server refuses is refused like any other, once', async () => {
    await writeFile(file, FIRST);
    await follow();
    let asked = 0;
    use = async () => {
      asked += 1;
      throw new Fault('PIL002', [{ path: '', message: 'the API server refuses it' }]);
    };
    await writeFile(file, SECOND);
    await files.refresh();
    await files.refresh();
    expect([asked, errors()]).toEqual([
      1,
      ['policy refused: the API server refuses it', expect.stringContaining('the one before it stays active')],
    ]);
    expect([await reloads('refused'), await metric('pillion_policy_stale')]).toEqual([
      'pillion_policy_reloads_total{result="refused"} 1',
      'pillion_policy_stale 1',
    ]);
  });

  test('that changed between its loading and its following is noticed at the start', async () => {
    await writeFile(file, FIRST);
    await follow();
    await writeFile(file, SECOND);
    files.start();
    await until(() => used.length === 1);
    expect(used).toEqual(['second']);
  });
});
