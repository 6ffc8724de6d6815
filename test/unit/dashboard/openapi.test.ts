import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from '../../../src/core/dashboard/openapi.ts';
import { type ApiRoute, ROUTES } from '../../../src/core/dashboard/routes.ts';

const published = JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'));

test('the description of the API is an OpenAPI 3.1 document', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(published))).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('it would not be, were it not', async () => {
  const { info: _, ...broken } = published;
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

test('it describes each route, with each of its parameters', () => {
  const { paths } = published as { readonly paths: Record<string, Record<string, { parameters: { name: string }[] }>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters }]) => ({
      path,
      method,
      names: parameters.map(({ name }) => name),
    })),
  );
  const routes = Object.values(ROUTES) as readonly ApiRoute[];
  expect(described).toHaveLength(routes.length);
  for (const { path, method, query } of routes) {
    const { names = [] } = described.find((one) => one.path === path && one.method === method.toLowerCase()) ?? {};
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const { properties = {} } = (query ?? {}) as { readonly properties?: object };
    expect(names).toEqual(expect.arrayContaining([...inPath, ...Object.keys(properties)]));
  }
});

test('the server tells the version that it is', () => {
  expect(openApiDocument('9.8.7')).toMatchObject({ openapi: '3.1.0', info: { version: '9.8.7' } });
});

test.each([
  ['/overview', 'get', 'pods.'],
  ['/rollout', 'get', 'pods, rolloutplans.pillion.io.'],
  ['/rollout/stages/{stage}/briefing', 'get', 'pods, rolloutplans.pillion.io.'],
  ['/policy', 'get', 'pods, injectionpolicies.pillion.io, sidecarprofiles.pillion.io.'],
  ['/workloads', 'get', 'the namespaces in which the caller may list pods.'],
])('it says of %s which rights it takes', (path, method, rights) => {
  expect(published.paths[path][method].description).toMatch(new RegExp(`${rights.replaceAll('.', '\\.')}$`));
});

test('what only an answer to GET has is said of GET alone', () => {
  const names = (path: string, method: string) =>
    published.paths[path][method].parameters.map(({ name }: { name: string }) => name);
  expect(names('/workloads', 'get')).toContain('If-None-Match');
  expect(names('/playground', 'post')).not.toContain('If-None-Match');
});
