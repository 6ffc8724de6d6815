import { afterEach, expect, test } from '@jest/globals';
import { dashboard } from './dashboard.ts';
import { cluster } from './fixtures/cluster.ts';

const at = dashboard(cluster({ namespaces: 10, pods: 200 }));
afterEach(() => at.server.refusals.clear());

test('a backend that is away is told where it happened, what is shown stays, and one click reads again', async () => {
  const page = await at.open('namespaces');
  const rows = await page.locator('tbody tr').count();
  await at.server.goOffline();
  try {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('The server does not answer.').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(rows);
    await page.getByRole('link', { name: 'Capacity' }).click();
    await page.getByRole('heading', { name: 'Capacity', level: 1 }).waitFor();
    await page.getByText('The server does not answer.').waitFor();
  } finally {
    await at.server.comeBack();
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('CPU that sidecars request').waitFor();
  expect(await page.getByText('The server does not answer.').count()).toBe(0);
});

test('what passes by itself is asked again without a click, and says so meanwhile', async () => {
  const message = 'The cluster is being read for the first time; so far 9,000 pods.';
  at.server.refusals.set('/capacity', { status: 503, body: { message, next: 'Wait a moment.' } });
  const page = await at.open('capacity');
  await page.getByText(message).waitFor();
  await page.getByText('This page asks again by itself.').waitFor();
  at.server.refusals.clear();
  await page.getByText('CPU that sidecars request').waitFor();
  expect(await page.getByText(message).count()).toBe(0);
});

test('what stays is told as such, and not asked again by itself', async () => {
  const message = 'This cannot be computed here: it takes more memory than it may.';
  at.server.refusals.set('/capacity', { status: 507, body: { message, next: 'Raise resources.limits.memory.' } });
  const page = await at.open('capacity');
  await page.getByText(message).waitFor();
  expect(await page.getByText('This page asks again by itself.').count()).toBe(0);
  let asked = 0;
  page.on('request', () => {
    asked += 1;
  });
  // longer than what passes is waited for
  await page.waitForTimeout(6_000);
  expect(asked).toBe(0);
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('CPU that sidecars request').waitFor();
});

test('an expired token says what to do, and keeps what is shown', async () => {
  const page = await at.open('overview');
  at.server.refusals.set('/', {
    status: 401,
    body: { message: 'The token expired.', next: 'Run `pillion dashboard` again.' },
  });
  await page.getByRole('button', { name: 'Refresh' }).click();
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('Your token has expired or is not accepted.');
  expect(await alert.textContent()).toContain('Run pillion dashboard again.');
  await page.getByText('It is valid until 24 Feb 2027.').waitFor();
});

test('one answer that fails takes nothing else away', async () => {
  at.server.refusals.set('/rollout/stages', {
    status: 500,
    body: { message: 'The briefing cannot be written.', next: 'See the log.' },
  });
  const page = await at.open('rollout');
  await page.getByText('Briefing for the squads').first().click();
  await page.getByText('The briefing cannot be written.').waitFor();
  await page.getByText('Plan company').waitFor();
  at.server.refusals.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('terminationGracePeriodSeconds').waitFor();
});

test('what may not be read is told with the right that is missing', async () => {
  at.server.refusals.set('/capacity', {
    status: 403,
    body: { message: 'It takes the right to list pods.', next: 'Ask for it.' },
  });
  const page = await at.open('capacity');
  await page.getByText('It takes the right to list pods.').waitFor();
  await page.getByRole('alert').getByRole('link', { name: 'Workloads' }).click();
  await page.getByText(/of \d+ workloads/).waitFor();
});

test('a page that asks for one namespace in a large cluster leads nowhere else, and takes its name', async () => {
  const message = 'There are 2,001 namespaces, too many to ask in which of them you may list pods.';
  at.server.refusals.set('/namespaces', { status: 403, body: { message, next: 'Name it in the field Namespace.' } });
  const page = await at.open('namespaces');
  await page.getByText(message).waitFor();
  expect(await page.getByRole('alert').getByRole('link').count()).toBe(0);
  at.server.refusals.clear();
  await page.getByLabel('Namespace', { exact: true }).fill('checkout-000');
  await page.getByText('1 to 1 of 1 namespaces').waitFor();
});

test('a workload that is gone is told, with the way back', async () => {
  const page = await at.open('workloads/shop/Deployment/gone');
  await page.getByText('There is no such workload.').waitFor();
  await page.getByRole('link', { name: 'Workloads' }).first().click();
  await page.getByText(/of \d+ workloads/).waitFor();
});

test('a place that is none shows the overview', async () => {
  const page = await at.open('nowhere/%E0%A4%A');
  await page.getByText('of eligible pods have their sidecar').waitFor();
});

test('an answer that cannot be drawn takes its page alone, and the next one is drawn', async () => {
  at.server.refusals.set('/policy', { status: 200, body: { message: 'not a policy', next: '' } });
  const page = await at.open('policy');
  await page.getByText('The answer is not what this page expects.').waitFor();
  await page.getByRole('link', { name: 'Capacity' }).click();
  await page.getByText('CPU that sidecars request').waitFor();
  at.server.refusals.clear();
  await page.getByRole('link', { name: 'Policy' }).click();
  await page.getByText('/spec/finalState').waitFor();
});
