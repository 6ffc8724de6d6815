import { expect, test } from '@jest/globals';
import { hostAndPort } from '../../../src/core/sidecar/profiles/envoy/host-and-port.ts';

test.each([
  ['otel-collector.observability:4317', 'otel-collector.observability', 4317],
  ['collector.example.:4317', 'collector.example.', 4317],
  ['10.1.2.3:65535', '10.1.2.3', 65_535],
  ['[fd00::7]:4317', 'fd00::7', 4317],
])('%s', (text, host, port) => {
  expect(hostAndPort(text)).toEqual({ host, port });
});

test.each([
  'otel-collector',
  ':4317',
  'collector:0',
  'collector:65536',
  'http://collector:4317',
  'collector:4317/v1/traces',
  'fd00::7:4317',
  '[collector]:4317',
  '[fd00::7',
  '-collector:4317',
  'a b:4317',
  'collector:4317\n',
])('%j is none', (text) => {
  expect(hostAndPort(text)).toBeUndefined();
});
