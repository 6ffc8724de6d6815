import { expect, test } from '@jest/globals';
import type { Overview } from '../../src/core/dashboard/overview.ts';
import { drawnHeights, plotBox } from './chart.ts';
import { dashboard, settled } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const size = cluster({ namespaces: 20, pods: 400 });
const [row] = size.workloads;
const at = dashboard(size);
const WORKLOAD = `workloads/${row?.namespace}/${row?.kind}/${row?.name}`;

/** Each page with some of what it has to show. */
const PAGES: readonly (readonly [place: string, title: string, shows: readonly string[]])[] = [
  [
    'overview',
    'Overview',
    [
      'of eligible pods have their sidecar',
      'Injected 80\u00a0%',
      'uid-conflict',
      'Valid until 24 February 2027',
      'The samples of 3 and 4 November are missing.',
    ],
  ],
  [
    'rollout',
    'Rollout',
    [
      'Plan company',
      '4. payments',
      '4 workloads are incompatible',
      'pillion rollout open payments',
      'Acknowledgements: 1 of 3 squads',
      'Latency of prices.',
      'Prometheus did not answer one question.',
    ],
  ],
  ['namespaces', 'Namespaces', ['checkout-000', 'It carries istio-injection=enabled.', '1 to 20 of 20 namespaces']],
  ['workloads', 'Workloads', [row?.name ?? '', 'opted-in', '1 to 50 of']],
  [
    WORKLOAD,
    row?.name ?? '',
    [
      'What to do',
      'kubectl rollout restart',
      'annotation sidecar.istio.io/proxyCPU',
      `${row?.name}-5d4f8-0`,
      'mirror-pod',
    ],
  ],
  ['decisions', 'Decisions', ['Live: new decisions appear on top.', 'opted-in']],
  [
    'policy',
    'Policy',
    [
      '/optIn/autoInject',
      'built-in',
      'company-next',
      '131 differences',
      'first policy',
      'must be NamespaceAndPod or Istio',
    ],
  ],
  ['playground', 'Playground', ['Manifests', 'Policy to compare (optional)']],
  [
    'capacity',
    'Capacity',
    ['CPU requested by sidecars', '413 GiB', 'payments-003/compute', '80 a sidecar', 'host-network'],
  ],
];

test.each(PAGES)('%s shows what the API knows', async (place, title, shows) => {
  const page = await at.open(place);
  const text = await page.locator('main').textContent();
  expect(await page.locator('h1').textContent()).toBe(title);
  expect(await page.title()).toContain('Pillion');
  for (const shown of shows) expect(text).toContain(shown);
  if (place !== 'playground') expect(text).toContain('As of 26 Nov 2026, 09:30');
});

test.each(PAGES)('%s fits a small window', async (place) => {
  const page = await at.open(place, { viewport: { width: 960, height: 700 } });
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window as number);
});

test.each(PAGES)('%s fits a phone of 360 pixels', async (place) => {
  const page = await at.open(place, { viewport: { width: 360, height: 740 } });
  for (const details of await page.locator('main details > summary').all())
    if (await details.isVisible()) await details.click();
  await settled(page);
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window as number);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Capacity' }).click();
  await page.getByRole('heading', { name: 'Capacity', level: 1 }).waitFor();
});

test('the points of the chart are those of the API', async () => {
  const { samples } = await at.api<Overview>('/overview');
  const page = await at.open('overview');
  for (const counted of ['pods', 'workloads'] as const) {
    await page
      .getByText(counted === 'pods' ? 'Pods' : 'Workloads', { exact: true })
      .last()
      .click();
    const box = await plotBox(page);
    const [first, last] = [samples[0], samples.at(-1)].map((sample) => Date.parse(sample?.at ?? ''));
    for (const sample of samples) {
      const share = (Date.parse(sample.at) - (first as number)) / ((last as number) - (first as number));
      await page.mouse.move(box.x + share * (box.width - 1), box.y + 20);
      const { eligible, injected, optedIn } = sample[counted];
      const said = [injected, optedIn].map((part) => `${Math.round((part / eligible) * 100)}\u00a0%`);
      const day = String(Number(sample.at.slice(8, 10)));
      expect(await page.locator('.chart output').textContent()).toMatch(
        new RegExp(`^${day} \\w+ 2026: ${said[0]} injected, ${said[1]} opted in$`),
      );
    }
    await page.getByText('The same figures as a table').click();
    const rows = await page
      .getByRole('table', { name: `Adoption of ${counted} over time` })
      .getByRole('row')
      .allInnerTexts();
    const figures = samples
      .toReversed()
      .map(({ [counted]: { eligible, optedIn, injected } }) =>
        [eligible, optedIn, injected].map((figure) => figure.toLocaleString('en-GB')).join('\t'),
      );
    expect(rows.slice(1).map((text, index) => text.includes(figures[index] ?? '?'))).toEqual(samples.map(() => true));
    await page.getByText('The same figures as a table').click();
  }
});

test('the line of the chart is drawn where its figures are', async () => {
  const { samples } = await at.api<Overview>('/overview');
  const page = await at.open('overview');
  const last = samples.at(-1)?.pods;
  const share = (last?.injected ?? 0) / (last?.eligible ?? 1);
  const heights = await drawnHeights(page);
  expect(heights.length).toBeGreaterThan(0);
  for (const drawn of heights) expect(Math.abs(drawn - share)).toBeLessThan(0.03);
});

test('a briefing is shown without what could run in it', async () => {
  const page = await at.open('rollout');
  await page.getByText('Briefing for the squads').nth(3).click();
  await page.getByText('terminationGracePeriodSeconds').waitFor();
  const html = await page.locator('.briefing').innerHTML();
  expect(html).not.toMatch(/script|style|javascript:/);
  expect(html).toContain('<strong>1 December</strong>');
  await page.getByText('a link').click();
  expect(await page.title()).toBe('Rollout · Pillion');
});

test('a command is copied by its button', async () => {
  const page = await at.open('rollout', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Copy: pillion rollout open payments' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('pillion rollout open payments');
});
