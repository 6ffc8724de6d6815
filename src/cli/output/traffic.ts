import picocolors from 'picocolors';
import type { ExplainedTraffic } from '../../core/admission/explain-traffic.ts';
import type { Match } from '../../core/api/traffic/matching.ts';
import { printable } from '../../core/problem/printable.ts';
import type { ExplainedRoute, ExplainedSetting } from '../../core/xds/resilience/explained.ts';

/** What becomes of the traffic of a pod, as lines below the decision about it. */
export function trafficText(traffic: ExplainedTraffic, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const lines = [
    ...captureLines(traffic),
    ...traffic.served.flatMap(({ port, service, cors, telemetry, passedOver }) => [
      `in      port ${port} for Service ${service}${cors === 'none' ? '' : ', its CORS answered here'}`,
      ...settingLines(telemetry, '          '),
      ...passedOver.map(
        (other) => `        left out: cors and telemetry of Service ${other}: ${service} comes first on this port`,
      ),
    ]),
    ...traffic.untreated.map(({ service, because }) => printable(`as is   ${service}: ${because.join('; ')}`)),
    ...traffic.destinations.flatMap((destination) => destinationLines(destination, paint.bold)),
  ];
  return lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
}

function captureLines({ capture, destinations }: ExplainedTraffic): readonly string[] {
  if (capture === 'None') return ['passes  nothing: the profile captures no traffic'];
  const except = (texts: readonly string[]) => (texts.length === 0 ? '' : `, except ${printable(texts.join(', '))}`);
  const named = destinations.length === 0 ? '' : ' but for these hosts';
  return [
    `in      every port, by the listener inbound${except(capture.excludedInboundPorts.map((port) => `port ${port}`))}`,
    `out     by the listener outbound to where the application sends it${named}${except([
      ...capture.excludedOutboundPorts.map((port) => `port ${port}`),
      ...capture.excludedOutboundBlocks,
    ])}`,
  ];
}

function destinationLines(
  destination: ExplainedTraffic['destinations'][number],
  bold: (text: string) => string,
): readonly string[] {
  const { service, listener, hosts, upstream, endpoints, routes, settings, leftOut } = destination;
  const [host = ''] = hosts;
  return [
    '',
    `${bold(host)}  ${service}: by the listener ${listener}, upstream ${upstream}, ${endpoints}`,
    ...routes.flatMap((route) => [`  ${routeText(route)}`, ...settingLines(route.settings, '    ')]),
    ...settingLines(settings, '  '),
    ...leftOut.map(({ path, message }) => printable(`  left out: ${path}: ${message}`)),
  ];
}

function routeText({ name, match, to }: ExplainedRoute): string {
  const [only] = to;
  const goes =
    to.length === 1 && only !== undefined
      ? only.upstream
      : to.map(({ upstream, weight }) => `${weight} of 100 to ${upstream}`).join(', ');
  return printable(`route ${name}, ${match === undefined ? 'every other request' : matchText(match)}: ${goes}`);
}

function matchText({ path, headers, methods }: Match): string {
  const parts = [
    ...(methods === undefined ? [] : [methods.join(' ')]),
    ...Object.entries(path ?? {}).map(([kind, text]) => `path ${kind} ${text}`),
    ...Object.entries(headers ?? {}).map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
  ];
  return parts.join(', ');
}

function settingLines(settings: readonly ExplainedSetting[], indent: string): readonly string[] {
  const width = Math.max(0, ...settings.map(({ what }) => what.length));
  return settings.map(({ what, value, origin }) =>
    printable(`${indent}${what.padEnd(width)}  ${value}${origin === undefined ? '' : `  (${origin})`}`),
  );
}
