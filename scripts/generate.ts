import { readFileSync, writeFileSync } from 'node:fs';
import { GENERATED } from './generated-files.ts';

// npm run generate: writes every generated file; test/unit/generated.test.ts proves that they are fresh
for (const { path, make } of GENERATED) {
  const url = new URL(`../${path}`, import.meta.url);
  const text = make();
  const before = readable(url);
  if (before !== text) writeFileSync(url, text);
  process.stderr.write(`${before === text ? 'fresh' : 'wrote'} ${path}\n`);
}

function readable(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
