import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { pageFiles } from '../../scripts/dashboard/page-files.ts';
import { dashboard, ROOT } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

// the page of its own, preact and uPlot
const MOST_SCRIPT_BYTES = 60_000;
const MOST_STYLE_BYTES = 8_000;

const HTML_FROM_TEXT = /innerHTML|outerHTML|insertAdjacentHTML|srcdoc|createContextualFragment|setHTML/i;

const at = dashboard(cluster({ namespaces: 5, pods: 50 }));

test('script and style stay within their budget', async () => {
  const { files } = await pageFiles(ROOT);
  const bytes = (suffix: string) =>
    [...files].filter(([name]) => name.endsWith(suffix)).map(([, { text }]) => gzipSync(text).length);
  console.info(`gzip: ${bytes('.js')} bytes of script, ${bytes('.css')} of style`);
  expect(bytes('.js')).toEqual([expect.any(Number)]);
  expect(bytes('.js')[0]).toBeLessThan(MOST_SCRIPT_BYTES);
  expect(bytes('.css')[0]).toBeLessThan(MOST_STYLE_BYTES);
});

test('two builds are the same, names included', async () => {
  const [one, other] = await Promise.all([pageFiles(ROOT), pageFiles(ROOT)]);
  expect([...one.files]).toEqual([...other.files]);
});

test('nothing is evaluated from text, and nothing becomes HTML from text', async () => {
  const { files, inputs } = await pageFiles(ROOT);
  const [script = ''] = [...files].filter(([name]) => name.endsWith('.js')).map(([, { text }]) => text);
  expect(script).not.toMatch(/\beval\(|new Function\b|document\.write|insertAdjacentHTML/);
  // of what the libraries bring, preact has a way that the page must not use
  const own = [...inputs.keys()].filter((path) => path.startsWith('src/dashboard/'));
  expect(own.length).toBeGreaterThan(30);
  const texts = await Promise.all(own.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })));
  expect(texts.filter(({ text }) => HTML_FROM_TEXT.test(text)).map(({ path }) => path)).toEqual([]);
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
