import { PORTS } from '../../../src/core/sidecar/profiles/envoy/names.ts';
import type { NetworkNamespace } from '../../network/network-namespace.ts';

const FETCH = `fetch(process.argv[1]).then((r) => r.text()).then((text) => process.stdout.write(text))`;

/** What is at a URL as a program in this network sees it. */
export const fetchIn = (network: NetworkNamespace, url: string): Promise<string> =>
  network.run(process.execPath, '-e', FETCH, url);

const STATS = `http://127.0.0.1:${PORTS.prometheus}/stats/prometheus`;

/** The page on which Prometheus reads the metrics of the sidecar in this network. */
export const scrape = (network: NetworkNamespace): Promise<string> => fetchIn(network, STATS);

/** Beside it, the page with all that its Envoy counts. */
export const everyStatistic = (network: NetworkNamespace): Promise<string> => fetchIn(network, `${STATS}/all`);

/** The sum of all series of this name, those alone that have the label where one is named. */
export function counterIn(page: string, name: string, label = ''): number {
  return seriesIn(page)
    .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

export const seriesIn = (page: string): readonly string[] =>
  page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
