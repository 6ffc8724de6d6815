/** One panel: the queries that it shows, each with the words for a line of it. */
export interface Panel {
  readonly title: string;
  readonly queries: readonly (readonly [expression: string, legend: string])[];
  readonly unit?: string;
  readonly kind?: 'timeseries' | 'stat';
}

/** What a reader of a dashboard can choose: the values of a label, any number of them. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** The values that there are, as Grafana’s `label_values(...)`. */
  readonly values: string;
}

export interface Dashboard {
  /** By which links find it, wherever it was loaded. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
}

const WIDTH = 24;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** A dashboard as Grafana reads it from a file: it asks for nothing when it is loaded, since its data source is a variable. */
export function grafana({ uid, title, panels, variables }: Dashboard): string {
  const content = {
    uid,
    title,
    tags: ['pillion'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
        ...variables.map(choice),
      ],
    },
    panels: laidOut(panels),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const choice = ({ name, label, values }: Variable) => ({
  name,
  label,
  type: 'query',
  datasource: DATASOURCE,
  query: values,
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
});

function laidOut(panels: readonly Panel[]): readonly object[] {
  let x = 0;
  let y = 0;
  return panels.map(({ title, queries, unit = 'short', kind = 'timeseries' }, index) => {
    const [w, h] = kind === 'stat' ? [6, 4] : [12, 8];
    const gridPos = { x, y, w, h };
    x = (x + w) % WIDTH;
    if (x === 0) y += h;
    return {
      id: index + 1,
      type: kind,
      title,
      datasource: DATASOURCE,
      gridPos,
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: queries.map(([expr, legendFormat], query) => ({
        refId: String.fromCharCode(65 + query),
        datasource: DATASOURCE,
        expr,
        legendFormat,
      })),
    };
  });
}
