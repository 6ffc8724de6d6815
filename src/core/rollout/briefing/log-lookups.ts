import { shellWord } from '../../problem/shell-word.ts';
import { SIDECAR } from '../../sidecar/names.ts';
import type { Signals } from '../../sidecar/profiles/signals.ts';
import type { Looked, Lookup } from './lookup.ts';
import { say, words } from './phrase.ts';

/** Where the lines of the access log are, and how those of one workload are found. */
export function logLookups({ accessLog }: Signals, { namespace, object, workload }: Looked): readonly Lookup[] {
  const about = 'Logs' as const;
  if (accessLog === undefined) return [{ about, says: words('The sidecar writes no access log.') }];
  const read = `kubectl -n ${shellWord(namespace)} logs ${shellWord(object)} -c ${SIDECAR}`;
  if (accessLog === 'mesh')
    return [
      { about, says: words('Lines of the access log, where the mesh has one switched on'), in: 'Shell', query: read },
    ];
  const { mode, format, sampledPercent } = accessLog;
  const written =
    mode === 'All'
      ? say`every request`
      : say`answers from 500 on, connections that failed, and ${sampledPercent} % of the rest`;
  // what Envoy says of itself stands between the lines, and is no JSON
  const failing = (field: string, direction: string) =>
    `${read} | jq -cR 'fromjson? | select(.${direction} == "inbound" and .${field} >= 500)'`;
  const isGelf = format === 'Gelf';
  return [
    {
      about,
      says: say`One line of ${isGelf ? 'GELF' : 'JSON'} on the sidecar’s standard output for ${written}. Those in which your application failed`,
      in: 'Shell',
      query: isGelf ? failing('_status', '_direction') : failing('status', 'direction'),
    },
    {
      about,
      says: isGelf
        ? words('The same in Graylog, where the host of a message is its pod')
        : words('The same in Graylog, as far as your collector hands the fields on'),
      in: 'Graylog',
      query: `${isGelf ? `source:${graylogWord(workload)}-* AND ` : ''}direction:inbound AND status:>=500`,
    },
  ];
}

/** A word of a search, in which Graylog would read some signs otherwise. */
const graylogWord = (text: string): string => text.replace(/[-+&|!(){}[\]^"~*?:\\/]/g, '\\$&');
