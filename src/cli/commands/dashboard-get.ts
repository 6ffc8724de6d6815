import { type Asked, DashboardClient } from '../../cluster/dashboard-client/dashboard-client.ts';
import { askedRoute } from '../../core/dashboard/asked-route.ts';
import { ROUTES, type RouteName } from '../../core/dashboard/routes.ts';
import { type DashboardFlags, withDashboard } from '../dashboard-call.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface DashboardGetFlags extends DashboardFlags {
  /** Follows the pages of a list. */
  readonly all?: boolean;
  readonly output: Exclude<OutputFormat, 'human'>;
}

/**
 * `pillion dashboard get PATH`: prints what the API of the dashboard answers.
 * @returns 0
 * @throws Fault PIL003 for a path that the API does not have, PIL006, PIL013
 */
export async function dashboardGet(path: string, flags: DashboardGetFlags, environment: Environment): Promise<number> {
  const asked = askedRoute(path);
  if ('problem' in asked) throw usage(asked.problem);
  const reason = NOT_HERE[asked.route];
  if (reason !== undefined) throw usage(`${ROUTES[asked.route].path} ${reason}`);
  const { all = false, output } = flags;
  const signal = AbortSignal.any([]);
  const answer = await withDashboard(flags, environment, async (access) => {
    const client = new DashboardClient(access);
    const first: object = await client.get(asked, signal);
    if (!all) return first;
    if (!isPage(first)) throw usage(`${ROUTES[asked.route].path} has no pages; leave out --all`);
    return await wholeList(first, asked, (page) => client.get(page, signal));
  });
  environment.stdout(structured(answer, output));
  return 0;
}

const NOT_HERE: Partial<Record<RouteName, string>> = {
  decisionStream: 'never ends; use pillion dashboard decisions --follow',
  playground: 'tries what is sent to it; use pillion explain -f FILE, which tries the same',
};

interface Page {
  readonly items: readonly unknown[];
  readonly next?: string;
}

const isPage = (answer: object): answer is Page => 'items' in answer && Array.isArray(answer.items);

/** The first page with the items of all. */
async function wholeList(
  first: Page,
  asked: Asked<RouteName>,
  get: (asked: Asked<RouteName>) => Promise<object>,
): Promise<object> {
  const items = [...first.items];
  let after = first.next;
  while (after !== undefined) {
    const page = await get({ ...asked, query: { ...asked.query, after } });
    if (!isPage(page)) break;
    items.push(...page.items);
    // a page that leads to itself would never end
    after = page.next === after ? undefined : page.next;
  }
  const { next: _, ...whole } = { ...first, items };
  return whole;
}
