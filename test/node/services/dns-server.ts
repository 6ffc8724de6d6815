import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Answer, decode, encode, type Packet, type Question, streamDecode, streamEncode } from 'dns-packet';
import type { Zone } from './zone.ts';

const DNS_PORT = 53;
const AUTHORITATIVE = 1 << 10;
const NO_SUCH_NAME = 3;

/** Answers questions about names, over UDP and TCP, until `stop()`. */
export interface DnsServer {
  stop(): Promise<void>;
}

/** @param zone asked anew for every question */
export async function startDnsServer(address: string, zone: () => Zone): Promise<DnsServer> {
  const udp = createSocket('udp4');
  udp.on('message', (message, { port, address: client }) => {
    const query = packetOf(() => decode(message));
    if (query) udp.send(encode(answerTo(query, zone())), port, client);
  });
  udp.bind(DNS_PORT, address);
  const clients = new Set<Socket>();
  const tcp = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const end = 2 + received.readUInt16BE();
        const message = received.subarray(0, end);
        received = received.subarray(end);
        const query = packetOf(() => streamDecode(message) ?? undefined);
        if (query) socket.write(streamEncode(answerTo(query, zone())));
      }
    });
  });
  tcp.listen(DNS_PORT, address);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  return {
    stop: async () => {
      udp.close();
      tcp.close();
      for (const socket of clients) socket.destroy();
      await Promise.all([once(udp, 'close'), once(tcp, 'close')]);
    },
  };
}

/** What cannot be read is not answered. */
function packetOf(read: () => Packet | undefined): Packet | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function answerTo({ id = 0, questions = [] }: Packet, zone: Zone): Packet {
  const [question] = questions;
  const known = question && zone(question.name);
  const flags = AUTHORITATIVE | (known === undefined ? NO_SUCH_NAME : 0);
  return { type: 'response', id, flags, questions, answers: known && question ? fitting(known, question) : [] };
}

function fitting(known: readonly Answer[], { type, name }: Question): Answer[] {
  const wanted = (type as string) === 'ANY' ? known : known.filter((answer) => [type, 'CNAME'].includes(answer.type));
  // in the spelling of the question, which some resolvers compare
  return wanted.map((answer) => ({ ...answer, name }));
}
