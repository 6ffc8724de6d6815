// Sends one request, or as many at once as it is told, each on a connection of its own, and writes what came of each kind of outcome.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

const MAX_HEADERS = 8 << 20;

async function outcome(url: string, words: number): Promise<string> {
  const headers = words > 0 ? { 'x-words': 'w'.repeat(words) } : {};
  try {
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      request(url, { agent: false, headers, maxHeaderSize: MAX_HEADERS }, resolve).on('error', reject).end();
    });
    const said = String(response.headers['x-words'] ?? '').length;
    const body = await text(response).catch((error) => `(${error.code})`);
    return JSON.stringify([response.statusCode, said, body]);
  } catch (error) {
    return `(${(error as NodeJS.ErrnoException).code})`;
  }
}

const [url = '', atOnce = '1', words = '0'] = process.argv.slice(2);
const outcomes = await Promise.all(Array.from({ length: Number(atOnce) }, () => outcome(url, Number(words))));
const counts = new Map<string, number>();
for (const each of outcomes) counts.set(each, (counts.get(each) ?? 0) + 1);
process.stdout.write(JSON.stringify(Object.fromEntries(counts)));
