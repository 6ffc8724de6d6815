/** One place where the application shows metrics, as the agent reads it. */
export interface ScrapeTarget {
  readonly port: string;
  readonly path: string;
}

/** The targets of prometheus.istio.io/scrape-targets: `PORT[:PATH],...`; undefined when one of them has no port. */
export function scrapeTargets(text: string): readonly ScrapeTarget[] | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const colon = entry.indexOf(':');
      const port = (colon < 0 ? entry : entry.slice(0, colon)).trim();
      const path = colon < 0 ? '' : entry.slice(colon + 1).trim();
      return { port, path: path === '' ? '/metrics' : path };
    });
  return entries.some(({ port }) => port === '') ? undefined : entries;
}
