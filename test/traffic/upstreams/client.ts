// Sends one request, or as many at once or one after another as it is told, each on a connection of its own, and writes what came of each kind of outcome.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

const MAX_HEADERS = 8 << 20;

async function outcome(url: string, words: number, own: Record<string, string>): Promise<string> {
  const headers = words > 0 ? { ...own, 'x-words': 'w'.repeat(words) } : own;
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

// settled: a URL to ask after each of them, so that the next one waits for its answer
const [url = '', count = '1', words = '0', headers = '{}', settled] = process.argv.slice(2);
const asked: Promise<string>[] = [];
for (let request = 0; request < Number(count); request++) {
  asked.push(outcome(url, Number(words), JSON.parse(headers)));
  if (settled === undefined) continue;
  await asked.at(-1);
  await outcome(settled, 0, {});
}
const outcomes = await Promise.all(asked);
const counts = new Map<string, number>();
for (const each of outcomes) counts.set(each, (counts.get(each) ?? 0) + 1);
process.stdout.write(JSON.stringify(Object.fromEntries(counts)));
