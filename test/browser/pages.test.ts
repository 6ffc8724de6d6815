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
      '80\u00a0% of pods injected by 31 Jan 2027, now 57\u00a0%',
      'At this pace reached on 5 Dec 2026: 57 days early',
      '1 warning',
      'uid-conflict',
      'It is valid until 24 Feb 2027.',
      'What is kept of 3 November cannot be read',
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
  ['namespaces', 'Namespaces', ['checkout-000', 'Pods to mend', '1 to 20 of 20 namespaces']],
  ['workloads', 'Workloads', [row?.name ?? '', 'opted-in', '1 to 50 of']],
  [
    WORKLOAD,
    row?.name ?? '',
    [
      'What to do',
      'kubectl rollout restart',
      'profile envoy at /spec/sidecar/image',
      'decided (opted-in) by /spec/optIn/podKey',
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
      'as built in',
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
    [
      'CPU that sidecars request',
      '413 GiB',
      '+\u00a0124 GiB',
      '1 of 2 are too small.',
      'payments-003/compute',
      '80 of each sidecar',
      'host-network',
    ],
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

test('the incompatible workloads that the overview counts are those of the list behind it', async () => {
  const page = await at.open('overview');
  const link = page.getByRole('link', { name: /incompatible workload/ });
  const [count = ''] = ((await link.textContent()) ?? '').split(' ');
  await link.click();
  await page.getByText(new RegExp(`of ${count} workloads?$`)).waitFor();
});

test('a command is copied by its button', async () => {
  const page = await at.open('rollout', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Copy: pillion rollout open payments', exact: true }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('pillion rollout open payments');
});

test('a time without samples is a hole in the chart, and is told as one', async () => {
  const page = await at.open('overview');
  await page.getByText('No samples').waitFor();
  const { samples } = await at.api<Overview>('/overview');
  const [first, last] = [samples[0], samples.at(-1)].map((sample) => Date.parse(sample?.at ?? ''));
  const box = await page.locator('.u-over').boundingBox();
  if (box === null) throw new Error('the chart is not there');
  const share = (Date.parse('2026-11-03T12:00:00Z') - (first as number)) / ((last as number) - (first as number));
  await page.mouse.move(box.x + share * box.width, box.y + 20);
  expect(await page.locator('.chart output').textContent()).toBe('no samples here');
  // nothing but the ground of the hole stands in the lower half of its middle
  const colours = await page.evaluate((at) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.chart canvas');
    const over = document.querySelector<HTMLElement>('.u-over');
    if (canvas === null || over === null) throw new Error('no chart');
    const x = Math.round(over.offsetLeft + at * over.offsetWidth);
    const [top, height] = [over.offsetTop + over.offsetHeight / 2, over.offsetHeight / 2 - 2];
    const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(x, top, 1, height);
    return Array.from({ length: height }, (_, y) => [...data.slice(y * 4, y * 4 + 3)].join());
  }, share);
  // a line of the grid crosses it
  expect(new Set(colours).size).toBeLessThanOrEqual(4);
  const injected = colours.filter((colour) => colour === '10,108,156');
  expect(injected).toEqual([]);
});

test('the days of stages are the same in each time zone', async () => {
  const page = await at.open('overview', { timezoneId: 'America/Los_Angeles' });
  await page.getByText('The same figures as a table').click();
  expect(await page.locator('.marks').textContent()).toContain('8 Nov 2026: stage pilot opened');
});

test('each stage of the line leads to its gates and commands, by the keyboard too, and has an address', async () => {
  const page = await at.open('rollout');
  const stages = page.getByRole('list', { name: 'Stages in their order' });
  expect(await stages.getByRole('listitem').nth(3).textContent()).toContain('1 of 3 gates passed');
  const heading = () => page.evaluate(() => document.activeElement?.textContent);
  await stages.getByRole('link', { name: 'payments' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.textContent === '4. payments');
  expect(new URL(page.url()).hash).toBe('#/rollout/payments');
  // once more, although the address stays
  await page.evaluate(() => scrollTo(0, 0));
  await stages.getByRole('link', { name: 'payments' }).click();
  expect(await heading()).toBe('4. payments');
  const top = () => page.locator('#stage-3').evaluate((element) => element.getBoundingClientRect().top);
  expect(await top()).toBeLessThan(200);
  await page.reload();
  await page.waitForFunction(() => document.activeElement?.textContent === '4. payments');
  const other = await at.open('rollout/gone');
  await other.getByText('The plan has no stage gone').waitFor();
});

test('the chart has the goals of what it counts, and opens with those of the first one', async () => {
  const page = await at.open('overview');
  expect(await page.getByRole('radio', { name: 'Pods' }).isChecked()).toBe(true);
  for (const goal of ['of pods injected by', 'of workloads opted in by', 'of pods injected in tribe checkout by'])
    await page.getByText(goal).waitFor();
  // dashes of the colour of goals, by their height from the top as a share of the plot
  const dashes = () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.chart canvas');
      const over = document.querySelector<HTMLElement>('.u-over');
      if (canvas === null || over === null) throw new Error('no chart');
      const [left, top, width, height] = [over.offsetLeft, over.offsetTop, over.offsetWidth, over.offsetHeight];
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(left, top, width, height);
      // nothing else of the chart is green
      const isGoal = (at: number) => {
        const [red = 0, green = 0, blue = 0] = data.slice(at, at + 3);
        return green > red + 25 && green > blue + 10;
      };
      return Array.from({ length: height }, (_, y) => y)
        .filter(
          (y) => Array.from({ length: width }, (_, x) => isGoal((y * width + x) * 4)).filter(Boolean).length > 100,
        )
        .map((y) => Math.round((1 - y / height) * 100));
    });
  expect(new Set(await dashes())).toEqual(new Set([80]));
  await page.getByText('Workloads', { exact: true }).last().click();
  expect(new Set(await dashes())).toEqual(new Set([95]));
});
