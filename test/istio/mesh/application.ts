/** The application in both pods: it tells what it was asked, and calls others when it is asked to. */
export const APPLICATION = `
import { createServer } from 'node:http';

const call = async (url) => {
  try {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    return { status: 0, body: String(error.cause ?? error) };
  }
};

createServer(async ({ url, headers, socket }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const answer = pathname === '/call' ? await call(searchParams.get('url')) : { headers, from: socket.remoteAddress };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
}).listen(8080, '::');
`;
