import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One series: a gauge with its value, or a counter with what is added to it at each scrape. */
export interface ToldSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly gauge?: number;
  readonly eachScrape?: number;
}

/** A program that exposes the series of others, as a federation does: each names its pod itself. */
export interface ToldFigures {
  /** How a Prometheus reads it. */
  readonly scrapeConfig: object;
  /** Changes what is told from the next scrape on; a metric without series is gone. */
  tell(metrics: Readonly<Record<string, readonly ToldSeries[]>>): void;
  close(): void;
}

/** Starts one on this machine. */
export async function toldFigures(jobName: string): Promise<ToldFigures> {
  const metrics = new Map<string, readonly ToldSeries[]>();
  const counted = new Map<string, number>();
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    for (const [name, all] of metrics)
      for (const { labels, gauge, eachScrape = 0 } of all) {
        const series = `${name}{${Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)}}`;
        counted.set(series, (counted.get(series) ?? 0) + eachScrape);
        response.write(`${series} ${gauge ?? counted.get(series)}\n`);
      }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    scrapeConfig: { job_name: jobName, honor_labels: true, static_configs: [{ targets: [target] }] },
    tell(next) {
      for (const [name, series] of Object.entries(next)) metrics.set(name, series);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
