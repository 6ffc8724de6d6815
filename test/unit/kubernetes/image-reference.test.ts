import { expect, test } from '@jest/globals';
import { repositoryOf } from '../../../src/core/kubernetes/image-reference.ts';

test.each([
  ['example.com:5000/envoy', 'example.com:5000/envoy'],
  ['example.com:5000/envoy:1', 'example.com:5000/envoy'],
  ['example.com/envoy:1@sha256:0', 'example.com/envoy'],
  ['envoy@a@b', 'envoy'],
  ['envoy@\u2028', 'envoy'],
  ['envoy@\n', 'envoy@\n'],
])('the repository of an image: %j', (image, repository) => {
  expect(repositoryOf(image)).toBe(repository);
});

test.each(['\n', '\u2028'])('a text of many signs and %j comes to an end', (end) => {
  expect(repositoryOf(`envoy${'@'.repeat(2 ** 18)}${end}`)).toMatch(/^envoy/);
});
