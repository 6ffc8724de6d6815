import { expect, test } from '@jest/globals';
import { regularExpressionProblem } from '../../../src/core/traffic/regular-expression.ts';

test.each([
  '^/search/.*$',
  '^(a|b)$',
  '^[a|b]$',
  '^a\\|b$',
  '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$',
  '^(?:en|de)-[A-Z]{2}$',
  '^costs\\\\$',
  '^[^/]+$',
  '^\\d+\\w*\\s?$',
  '^[)(]$',
  '^[a-z]{1,63}$',
  '^[(?]$',
  '^[{2}]\\[[\\[\\]]$',
  '^[^^]$',
  '^[a-z-]+?(|-)$',
])('%s is taken', (text) => {
  expect(regularExpressionProblem(text)).toBeUndefined();
});

test.each<[string, string]>([
  ['', 'not anchored'],
  ['/search', 'not anchored'],
  ['^/search', 'not anchored'],
  ['/search$', 'not anchored'],
  ['^costs\\$', 'not anchored'],
  ['^a|b$', 'in a part of its alternatives'],
  ['^(a)|(b)$', 'in a part of its alternatives'],
  [`^${'a'.repeat(199)}$`, 'has 201 characters'],
  ['^(?=a)b$', 'begins with (?'],
  ['^(?<name>a)$', 'begins with (?'],
  ['^(a)\\1$', 'an escape'],
  ['^\\p{L}$', 'an escape'],
  ['^[]$', 'an empty class'],
  ['^[^]$', 'an empty class'],
  ['^a{300}$', 'too often'],
  ['^\\b$', 'an escape'],
  ['^((a{9}){9}){9}$', 'too often'],
  ['^/[[:word:]+$', 'a [ inside a class'],
  ['^/[^a[:alpha:]]$', 'a [ inside a class'],
  ['^[[.a.]]$', 'a [ inside a class'],
  ['^[[=a=]]$', 'a [ inside a class'],
  ['^[a\\p{L}]$', 'an escape'],
  ['^[a[^]$', 'a [ inside a class'],
  ['^a{02}$', 'without zeros'],
  ['^a{1,02}$', 'without zeros'],
  ['^a{,2}$', 'without zeros'],
  ['^a\\-b$', 'cannot be read'],
  ['^a]$', 'cannot be read'],
  ['^[a$', 'cannot be read'],
  ['^a{$', 'cannot be read'],
  ['^(a$', 'cannot be read'],
  ['^a**$', 'cannot be read'],
  ['^[z-a]$', 'cannot be read'],
])('%s is refused: %s', (text, problem) => {
  expect(regularExpressionProblem(text)).toContain(problem);
});
