import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { renderBootstrap } from '../../src/core/xds/bootstrap.ts';
import { yamlText } from '../../src/core/xds/yaml-text.ts';
import { envoyValidation } from '../envoy/validation.ts';
import { PROFILE_VARIANTS, profileSpec } from './profile-variants.ts';

const verdictOf = envoyValidation();

test.each(PROFILE_VARIANTS)('the real Envoy takes the configuration of %j', async (variant) => {
  const configuration = renderBootstrap(profileSpec(variant));
  const text = yamlText(configuration);
  // nothing is lost on the way through YAML
  expect(parse(text, { version: '1.1' })).toEqual(configuration);
  expect(Buffer.byteLength(text)).toBeLessThan(32 * 1024);
  // a deprecated field would be named here
  expect(await verdictOf(text, { variables: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop' } })).toBe('');
});

test('the real Envoy refuses a configuration that is wrong, so that the test above can fail', async () => {
  await expect(verdictOf(JSON.stringify({ static_resources: { listeners: [{ nam: 'x' }] } }))).rejects.toThrow();
});
