import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const namesIn = (file: string): string[] =>
  parse(read(`charts/pillion/files/${file}`)).map(({ alert }: { alert: string }) => alert);
// the number of replicas is a value of the chart, and so is this one
const ALERTS = [...namesIn('alerts.yaml'), ...namesIn('sidecar-alerts.yaml'), 'PillionReplicasMissing'];
const RUNBOOK = read('docs/RUNBOOK.md');
const [, entries = ''] = RUNBOOK.split('\n## Alerts\n');

test('each alert has its entry in the runbook, and each entry is about an alert that there is', () => {
  const titles = [...entries.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
  expect(titles.toSorted()).toEqual(ALERTS.toSorted());
});

test('each entry says something, under the place that runbook_url names', () => {
  for (const entry of entries.split('\n### ').slice(1)) {
    const [title = '', ...text] = entry.split('\n');
    expect([title, title.toLowerCase()]).toEqual([title, anchorOf(title)]);
    expect([title, text.join('').length > 50]).toEqual([title, true]);
  }
});

test('every link within the runbook leads somewhere', () => {
  const anchors = new Set([...RUNBOOK.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)));
  const links = [...RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

test('each alert that the text around the entries names is one', () => {
  const named = [...RUNBOOK.matchAll(/\bPillion[A-Z]\w+/g)].map(([name]) => name);
  expect([...new Set(named)].filter((name) => !ALERTS.includes(name))).toEqual([]);
});

// as GitHub, GitLab and most readers of Markdown make it
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
