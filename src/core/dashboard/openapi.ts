import type { TSchema } from 'typebox';
import { fieldsOf } from '../json/fields-of.ts';
import { Refusal } from './document.ts';
import { FURTHER_RIGHTS, PODS } from './route-rights.ts';
import { API, type ApiRoute, ROUTES, type RouteName } from './routes.ts';

const JSON_TYPE = 'application/json';

/** Where whoever calls the API finds the description of all of it. */
export const OPENAPI_PATH = '/openapi.json';

/**
 * The API of the dashboard as an OpenAPI document, made from the table of its routes.
 * @param version of Pillion
 */
export function openApiDocument(version: string): object {
  const routes = Object.entries(ROUTES) as [RouteName, ApiRoute][];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pillion dashboard',
      version,
      description:
        'Everything that the page of the dashboard shows. It changes nothing in a cluster. Rights and limits: docs/dashboard.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      routes.map(([name, route]) => [route.path, { [route.method.toLowerCase()]: operation(name, route) }]),
    ),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token that the API server of the cluster accepts.',
        },
      },
      schemas: {
        ...Object.fromEntries(
          routes.flatMap(([name, { answer, body }]) => [
            [answerName(name), answer],
            ...(body === undefined ? [] : [[questionName(name), body]]),
          ]),
        ),
        Refusal,
      },
      responses: Object.fromEntries(REFUSALS.map(({ name, description }) => [name, refusal(description)])),
    },
  };
}

const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const answerName = (name: string): string => `${capital(name)}Answer`;
const questionName = (name: string): string => `${capital(name)}Question`;
const schemaNamed = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function operation(name: RouteName, route: ApiRoute): object {
  const { summary, query, body, isStream } = route;
  const conditional = isStream ? [LAST_EVENT_ID] : route.method === 'GET' ? [IF_NONE_MATCH] : [];
  return {
    operationId: name,
    summary,
    description: rightsText(name, route),
    parameters: [...inPath(route.path), ...inQuery(query), ...conditional],
    ...(body && {
      requestBody: { required: true, content: { [JSON_TYPE]: { schema: schemaNamed(questionName(name)) } } },
    }),
    responses: {
      200: isStream ? streamed(name) : answered(name),
      ...(isStream || route.method === 'POST' ? {} : { 304: { description: 'Nothing has changed since that ETag.' } }),
      ...Object.fromEntries(
        REFUSALS.map(({ status, name: refused }) => [status, { $ref: `#/components/responses/${refused}` }]),
      ),
    },
  };
}

function rightsText(name: RouteName, { byNamespace }: ApiRoute): string {
  if (byNamespace) return 'Answers for the namespaces in which the caller may list pods.';
  const listed = [PODS, ...(FURTHER_RIGHTS[name] ?? [])].map(({ group, resource }) =>
    group === '' ? resource : `${resource}.${group}`,
  );
  return `For callers who may list in all namespaces: ${listed.join(', ')}.`;
}

const inPath = (path: string): object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const inQuery = (query: TSchema | undefined): object[] =>
  Object.entries(fieldsOf(fieldsOf(query).properties)).map(([name, schema]) => {
    const { description, ...rest } = fieldsOf(schema);
    return { name, in: 'query', ...(description !== undefined && { description }), schema: rest };
  });

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag of an earlier answer.',
  schema: { type: 'string' },
};
const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The id of the last event, or the position of a page: the stream goes on behind it.',
  schema: { type: 'string' },
};

const answered = (name: RouteName): object => ({
  description: 'The answer.',
  headers: { ETag: { description: 'Changes with the answer.', schema: { type: 'string' } } },
  content: { [JSON_TYPE]: { schema: schemaNamed(answerName(name)) } },
});

const streamed = (name: RouteName): object => ({
  description: `Server-sent events; the data of each is a ${answerName(name)} as JSON. The first one has no data, and the id where the stream begins.`,
  content: { 'text/event-stream': { schema: { type: 'string' } } },
});

const refusal = (description: string): object => ({
  description,
  content: { [JSON_TYPE]: { schema: schemaNamed('Refusal') } },
});

const REFUSALS = [
  { status: 400, name: 'BadRequest', description: 'A parameter or the body is not accepted.' },
  { status: 401, name: 'NoToken', description: 'There is no token, or the API server does not accept it.' },
  { status: 403, name: 'Forbidden', description: 'A right is missing; the command that grants it is named.' },
  { status: 404, name: 'NotFound', description: 'There is no such thing, or it may not be seen.' },
  { status: 413, name: 'TooLarge', description: 'The body is too large.' },
  { status: 429, name: 'TooMany', description: 'Too many streams or questions at once.' },
  { status: 500, name: 'Failed', description: 'Pillion itself failed.' },
  { status: 503, name: 'Away', description: 'The API server does not answer, or Pillion is ending.' },
  {
    status: 507,
    name: 'TooMuch',
    description: 'It takes more memory or time than there is; this does not pass by itself.',
  },
] as const;
