import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { pageFiles } from '../../scripts/dashboard/page-files.ts';
import { dashboard, ROOT } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

// preact and uPlot are 27 kB of it
const MOST_SCRIPT_BYTES = 60_000;
const MOST_STYLE_BYTES = 8_000;

const at = dashboard(cluster({ namespaces: 5, pods: 50 }));

test('script and style stay within their budget', async () => {
  const { files } = await pageFiles(ROOT);
  const bytes = (suffix: string) =>
    [...files].filter(([name]) => name.endsWith(suffix)).map(([, { text }]) => gzipSync(text).length);
  expect(bytes('.js')).toEqual([expect.any(Number)]);
  expect(bytes('.js')[0]).toBeLessThan(MOST_SCRIPT_BYTES);
  expect(bytes('.css')[0]).toBeLessThan(MOST_STYLE_BYTES);
});

test('two builds are the same, names included', async () => {
  const [one, other] = await Promise.all([pageFiles(ROOT), pageFiles(ROOT)]);
  expect([...one.files]).toEqual([...other.files]);
});

test('nothing is evaluated from text, and nothing becomes HTML from text', async () => {
  const { files } = await pageFiles(ROOT);
  const [script = ''] = [...files].filter(([name]) => name.endsWith('.js')).map(([, { text }]) => text);
  expect(script).not.toMatch(/\beval\(|new Function\b|document\.write|insertAdjacentHTML/);
  const own = [...(await pageFiles(ROOT)).inputs.keys()].filter((path) => path.startsWith('src/dashboard'));
  expect(own.length).toBeGreaterThan(30);
});

test('the page is there after one round of requests, and asks the API at once', async () => {
  const page = await at.open('overview');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.reload();
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  const [document, ...rest] = asked;
  expect(document).toBe('/');
  const shapes = rest.map((path) => path.replace(/-[0-9a-f]{12}\./, '.')).sort();
  expect(shapes).toEqual(['/api/v1/overview', '/app.js', '/style.css']);
});
