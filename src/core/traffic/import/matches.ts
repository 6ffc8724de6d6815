import { type Match, METHODS, type PathMatch } from '../../api/traffic/matching.ts';
import type { Fields } from './fields.ts';

type Method = (typeof METHODS)[number];

/**
 * One condition of a VirtualService on requests.
 * @param port the port of the service, on which every request comes that the values are about
 * @returns undefined where it asks for something that the values cannot ask for; without that it would take requests that it does not take now
 */
export function matchOf(fields: Fields, port: number | undefined): Match | 'every' | undefined {
  fields.take('name');
  const own = fields.number('port');
  const isForeign = own !== undefined && port !== undefined && own !== port;
  if (isForeign) fields.leave('port', `is ${own}; the values are about requests to port ${port} alone`);
  const gateways = fields.texts('gateways').filter((gateway) => gateway !== 'mesh');
  if (gateways.length > 0)
    fields.leave('gateways', `is ${gateways.join(', ')}; values have the same routes for every way in`);
  const path = pathOf(fields);
  const headers = headersOf(fields);
  const methods = methodsOf(fields);
  const unread = fields.keys().filter((key) => !KNOWN.has(key) && fields.has(key));
  for (const key of unread) fields.leave(key, 'is a condition for which traffic values have no word');
  if (isForeign || gateways.length > 0 || unread.length > 0) return undefined;
  if (path === undefined || headers === undefined || methods === undefined) return undefined;
  const match: Match = { ...path, ...headers, ...methods };
  return Object.keys(match).length === 0 ? 'every' : match;
}

const KNOWN = new Set(['name', 'port', 'gateways', 'uri', 'headers', 'method']);

function pathOf(fields: Fields): { readonly path?: PathMatch } | undefined {
  if (!fields.has('uri')) return {};
  const uri = fields.group('uri');
  const [kind = ''] = uri.keys();
  const text = uri.text(kind);
  if (text === undefined || !['exact', 'prefix', 'regex'].includes(kind)) {
    uri.leave('', 'is no condition of exact, prefix or regex');
    return undefined;
  }
  return { path: { [kind]: kind === 'regex' ? anchored(text) : text } };
}

/** With Istio an expression is about the whole text; in values it says so (rule MESH043). */
function anchored(text: string): string {
  if (text.startsWith('^') && text.endsWith('$')) return text;
  return text.includes('|') ? `^(?:${text})$` : `^${text}$`;
}

function headersOf(fields: Fields): Pick<Match, 'headers'> | undefined {
  if (!fields.has('headers')) return {};
  const headers = fields.group('headers');
  const read = headers.keys().map((name) => [name.toLowerCase(), headerOf(headers, name)] as const);
  if (read.some(([, value]) => value === undefined)) return undefined;
  return { headers: Object.fromEntries(read) as NonNullable<Match['headers']> };
}

function headerOf(headers: Fields, name: string): NonNullable<Match['headers']>[string] | undefined {
  const wanted = headers.group(name);
  const [kind] = wanted.keys();
  // whatever its value is
  if (kind === undefined) return { present: true };
  const text = wanted.text(kind);
  if (text !== undefined && kind === 'exact') return text;
  if (text !== undefined && kind === 'prefix') return { prefix: text };
  if (text !== undefined && kind === 'regex') return { regex: anchored(text) };
  headers.leave(name, 'is no condition of exact, prefix or regex');
  return undefined;
}

function methodsOf(fields: Fields): Pick<Match, 'methods'> | undefined {
  if (!fields.has('method')) return {};
  const method = fields.group('method');
  const text = method.text('exact') ?? method.text('regex') ?? '';
  const methods = text.replace(/^\^?\(?|\)?\$?$/g, '').split('|');
  if (methods.every((one): one is Method => METHODS.some((known) => known === one))) return { methods };
  fields.leave('method', `is ${JSON.stringify(text)}; accepted: of ${METHODS.join(', ')}, one or several joined by |`);
  return undefined;
}
