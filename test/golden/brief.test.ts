import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a case: the briefing of the stage `first` of plan.yaml for workloads.yaml under policy.yaml gives brief.md and brief.html.
// UPDATE_GOLDEN=1 npm test -- golden -- brief writes them.
const GIVEN = ['workloads.yaml', 'policy.yaml', 'plan.yaml'];
const WRITTEN = ['md', 'html'] as const;

const root = new URL('./brief/', import.meta.url);

describe.each(readdirSync(root).sort())('%s', (name) => {
  const file = (leaf: string): URL => new URL(`${name}/${leaf}`, root);
  const given = GIVEN.filter((leaf) => existsSync(file(leaf)));
  const files = Object.fromEntries(given.map((leaf) => [leaf, readFileSync(file(leaf), 'utf8')]));
  const flags = ['policy', 'plan'].flatMap((flag) => (`${flag}.yaml` in files ? [`--${flag}`, `${flag}.yaml`] : []));
  const brief = (output: string) =>
    pillion(['rollout', 'brief', 'first', '-f', 'workloads.yaml', ...flags, '-o', output], { files });

  test.each(WRITTEN)('as %s', async (output) => {
    const { exit, stdout, stderr } = await brief(output);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expectFile(file(`brief.${output}`), stdout);
    expect(readdirSync(file('.')).filter((leaf) => ![...GIVEN, 'brief.md', 'brief.html'].includes(leaf))).toEqual([]);
  });

  test('the page runs and loads nothing, whatever the workloads say', async () => {
    const { stdout } = await brief('html');
    expect(stdout).toContain('alert(1)');
    expect(stdout).not.toMatch(/<(script|link|img|iframe|object|a)\b|\bon[a-z]+=|javascript:/i);
    expect(stdout).not.toMatch(/\b(src|href)=|@import|url\(/i);
  });
});
