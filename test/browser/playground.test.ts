import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';
import { OTHER_POLICY, POD } from './fixtures/playground.ts';

const at = dashboard(cluster({ namespaces: 5, pods: 20 }));

// held beside the field it is little more than once; put into the field it was more than a hundred times
const MOST_TIMES = 15;

const manifests = (page: Page) => page.getByLabel('Manifests', { exact: true });
const policy = (page: Page) => page.getByLabel('Policy to compare (optional)');
const tryIt = (page: Page) => page.getByRole('button', { name: 'Try', exact: true }).click();

test('a pod is tried: verdict, every check, settings with origin, what changes', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
  const side = page.getByRole('region', { name: 'Policy in force', exact: true });
  for (const shown of ['inject', 'opted-in', 'It asks for a sidecar.'])
    expect(await side.textContent()).toContain(shown);
  await side.getByText('Every check').click();
  const checks = await side.locator('.checks li').allInnerTexts();
  expect(checks.length).toBeGreaterThan(15);
  expect(checks[0]).toBe('mirror-pod\npassed: pod annotation kubernetes.io/config.mirror is not there');
  expect(await side.locator('.checks .decisive').allInnerTexts()).toEqual([
    expect.stringMatching(/^asks-for-sidecar\ndecided \(opted-in\) by \/spec\/optIn\/podKey: .*/),
  ]);
  await side.getByText('Settings with their origin').click();
  expect(await side.getByRole('row').nth(1).locator('th, td').allInnerTexts()).toEqual([
    'profile',
    'envoy',
    'policy default at /spec/profiles/0',
  ]);
  const added = await side.locator('.diff .added').allInnerTexts();
  expect(added.map((line) => line.trim())).toContain('+    - name: istio-proxy');
});

test('a line of a difference that is very long is shortened, and shown in full when asked for', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await tryIt(page);
  const configuration = page.locator('.diff .added', { hasText: 'pillion.io/envoy-config: ' });
  const line = await configuration.textContent();
  expect(line).toMatch(/ … [\d,]+ characters more\n$/);
  expect(line?.length).toBeLessThan(300);
  await page.getByRole('button', { name: 'Show long lines in full' }).click();
  expect((await configuration.textContent())?.length).toBeGreaterThan(5_000);
});

test('several documents, each under both policies', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(`${POD}---\n${POD.replace('  namespace: shop\n', '').replace('cart', 'prices')}`);
  await policy(page).fill(OTHER_POLICY);
  await page.getByLabel('Namespace of documents that name none').fill('fruit');
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod fruit/prices' }).waitFor();
  await page.getByText('2 documents were tried.').waitFor();
  expect(await page.getByRole('heading', { name: 'Pasted policy' }).count()).toBe(2);
  expect(await page.locator('.compared').first().textContent()).toBe(
    'The pasted policy decides otherwise: skip, namespace-protected instead of inject, opted-in.',
  );
  await page.getByText('The labels of the namespace fruit are not known here').waitFor();
});

test('what was written and answered is there after a look at another page, and is stored nowhere', async () => {
  const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
  await paste(page, LONG);
  await policy(page).fill(OTHER_POLICY);
  const namespace = page.getByLabel('Namespace of documents that name none');
  await namespace.fill('fruit');
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pasted policy' }).waitFor();
  await page.getByRole('link', { name: 'Namespaces' }).click();
  await page.getByText(/of \d+ namespaces/).waitFor();
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByRole('heading', { name: 'Pasted policy' }).waitFor();
  expect([await policy(page).inputValue(), await namespace.inputValue()]).toEqual([OTHER_POLICY, 'fruit']);
  expect(await page.locator('.held').textContent()).toContain('0.2 million characters');
  expect(await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }))).toEqual([]);
  await page.reload();
  await manifests(page).waitFor();
  expect(await policy(page).inputValue()).toBe('');
});

test('trying another policy begins with the one in force, and takes away none that was written', async () => {
  const page = await at.open('policy');
  await page.getByRole('link', { name: 'Try another policy' }).click();
  await manifests(page).fill(POD);
  const begun = await policy(page).inputValue();
  expect(begun).toContain('kind: InjectionPolicy');
  await tryIt(page);
  await page.getByText('Both policies decide alike').waitFor();
  await policy(page).fill(OTHER_POLICY);
  await page.getByRole('link', { name: 'Policy', exact: true }).click();
  await page.getByRole('link', { name: 'Try another policy' }).click();
  expect(await policy(page).inputValue()).toBe(OTHER_POLICY);
});

test('the keyboard alone tries it', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await manifests(page).press('Control+Enter');
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
});

test('what passes by itself is asked again by a click and not without one, and nothing else is said', async () => {
  const message = 'There is no answer after 30 seconds.';
  at.server.refusals.set('/playground', { status: 503, body: { message, next: 'Try again in a minute.' } });
  const page = await at.open('playground');
  await tryIt(page);
  await page.getByText(message).waitFor();
  expect(await page.getByText('This page asks again by itself.').count()).toBe(0);
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('1 document was tried.').waitFor();
});

test('a policy that does not parse is told with its line, and the pod is tried all the same', async () => {
  const page = await at.open('playground');
  await manifests(page).fill(POD);
  await policy(page).fill('kind: InjectionPolicy\nspec: [\n');
  await tryIt(page);
  const place = page.getByRole('button', { name: /^Policy, line \d+$/ }).first();
  await place.waitFor();
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Pasted policy' }).count()).toBe(0);
  const line = Number((await place.textContent())?.replace(/\D/g, ''));
  await place.click();
  const selected = await policy(page).evaluate((field: HTMLTextAreaElement) => ({
    line: field.value.slice(0, field.selectionStart).split('\n').length,
    focused: document.activeElement === field,
  }));
  expect(selected).toEqual({ line, focused: true });
});

const VOLUMES = '    - {name: a-volume-with-a-long-name, emptyDir: {}}\n'.repeat(20_000);
const LARGE = `${POD}  volumes:\n${VOLUMES}`;
// more than a field takes, and less work to be tried
const LONG = LARGE.slice(0, LARGE.indexOf('\n', 210_000) + 1);

/** Pastes as a person does, in place of what stands there. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await manifests(page).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

test('a pod of one megabyte is pasted, held beside the field, tried and answered', async () => {
  const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
  expect(LARGE.length).toBeGreaterThan(1_000_000);
  await paste(page, LARGE);
  const held = page.getByRole('region', { name: 'Manifests, as pasted' });
  expect(await held.textContent()).toContain('1.1 million characters in 20,013 lines stand here.');
  expect(await manifests(page).count()).toBe(0);
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod shop/cart' }).waitFor();
  await held.getByRole('button', { name: 'Take another text' }).click();
  await manifests(page).fill(POD.replace('cart', 'prices'));
  await tryIt(page);
  await page.getByRole('heading', { name: 'Pod shop/prices' }).waitFor();
});

test('the line of a problem is shown of a text that is held, too', async () => {
  const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
  await paste(page, `${LARGE}---\nkind: Pod\nkind: Pod\n`);
  await tryIt(page);
  const place = page.getByRole('button', { name: /^Manifests, line \d+$/ }).first();
  await place.click();
  const line = Number((await place.textContent())?.replace(/\D/g, ''));
  expect(line).toBeGreaterThan(20_000);
  expect(await page.locator('.held .wanted').textContent()).toBe(`${line} kind: Pod\n`);
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('PRE');
});

test('a long text is pasted where the cursor is, and more documents can be tried with it', async () => {
  const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
  const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: fruit}\n';
  const before = `${POD.replace('cart', 'first').replace('shop', 'fruit')}---\n`;
  const after = `---\n${POD.replace('cart', 'last')}`;
  await manifests(page).fill(`${before}INSTEAD${after}`);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), LONG);
  await manifests(page).evaluate(
    (field: HTMLTextAreaElement, at) => field.setSelectionRange(at, at + 'INSTEAD'.length),
    before.length,
  );
  await page.keyboard.press('Control+V');
  await tryIt(page);
  for (const name of ['fruit/first', 'shop/cart', 'shop/last'])
    await page.getByRole('heading', { name: `Pod ${name}` }).waitFor();
  await page.getByText('3 documents were tried.').waitFor();
  await page.getByText('The labels of the namespace fruit are not known here').waitFor();
  const more = page.getByLabel('More documents, tried with it');
  await more.fill(NAMESPACE);
  await tryIt(page);
  await page.getByText('The labels of the namespace fruit are not known here').waitFor({ state: 'detached' });
  await more.fill(`${NAMESPACE}---\nkind: Pod\nkind: Pod\n`);
  await tryIt(page);
  await page
    .getByRole('button', { name: /^Manifests, line \d+$/ })
    .first()
    .click();
  const selected = await more.evaluate((field: HTMLTextAreaElement) =>
    field.value.slice(field.selectionStart, field.selectionEnd),
  );
  expect(selected).toBe('kind: Pod');
});

test('a text of a megabyte costs the page no more than many times that of a small one', async () => {
  const ms: number[] = [];
  for (const text of [POD, LARGE]) {
    const page = await at.open('playground', { permissions: ['clipboard-read', 'clipboard-write'] });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taken = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
    await manifests(page).focus();
    await page.keyboard.press('Control+A');
    const before = await taken();
    await page.keyboard.press('Control+V');
    await page.waitForTimeout(500);
    ms.push((await taken()) - before);
  }
  console.info(`processor time of pasting a small and a large text, in ms: ${ms.map(Math.round).join(' and ')}`);
  expect((ms[1] as number) / (ms[0] as number)).toBeLessThan(MOST_TIMES);
});

test('what is larger than the server takes is not sent', async () => {
  const page = await at.open('playground');
  const asked: string[] = [];
  page.on('request', (request) => void asked.push(request.method()));
  await manifests(page).evaluate((field: HTMLTextAreaElement) => {
    field.value = 'x'.repeat(3_100_000);
  });
  await tryIt(page);
  await page.getByText('at most 3 MB can be tried').waitFor();
  await manifests(page).fill('');
  await tryIt(page);
  await page.getByText('There is nothing to try.').waitFor();
  expect(asked).toEqual([]);
});
