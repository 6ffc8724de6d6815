import { readFileSync } from 'node:fs';

/** One query of a dashboard of the chart, as Grafana sends it. */
export interface PanelQuery {
  readonly title: string;
  readonly legend: string;
  readonly expression: string;
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

/** What Grafana puts in place of its variables when everything is chosen. Its interval is four scrapes long, here a few seconds. */
const VARIABLES: Readonly<Record<string, string>> = { $__rate_interval: '10s', $namespace: '.*', $workload: '.*' };

/** Every query of a file in charts/pillion/files. */
export function panelQueries(file: string): readonly PanelQuery[] {
  const url = new URL(`../../charts/pillion/files/${file}`, import.meta.url);
  const { panels } = JSON.parse(readFileSync(url, 'utf8')) as Dashboard;
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      title,
      legend: legendFormat,
      expression: expr.replace(/\$\w+/g, (variable) => VARIABLES[variable] ?? variable),
    })),
  );
}
