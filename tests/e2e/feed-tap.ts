// Listens in on a running app from outside, through the browser's own interfaces: what the broadcaster signs, what the
// recorder says is on disk, and what a viewer gets off its data channel. The app knows nothing of it.

import type { BrowserContext, Page } from 'playwright-core';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { decodeMediaMessage, type SkipMessage } from '../../src/feed/media-message.ts';
import { decodeHead, fragmentCount, SIGNATURE_BYTES } from '../../src/feed/packet-codec.ts';
import type { PacketHeader } from '../../src/feed/packet.ts';
import type { LucarneStudio } from '../../src/ui/studio/lucarne-studio.ts';

const PACKET_LABEL = 'lucarne/1/packet\0';

interface TappedWindow {
  lucarneSigned(base64: string): Promise<void>;
  lucarneRecorded(seq: number): Promise<void>;
  lucarneReceived: ArrayBuffer[];
}

/** A packet as a viewer's data channel delivered it. */
export interface ReceivedPacket {
  header: PacketHeader;
  payload: Bytes;
}

/** What a viewer's data channels delivered. */
export interface Received {
  /** Whole packets, in order of epoch and seq. */
  packets: ReceivedPacket[];
  /** What its parent said it would leave out. */
  skips: SkipMessage[];
}

/**
 * The headers of all packets that pages of this context sign from now on; the array grows. What a page that is left can't
 * say any more stays in its origin's storage, and the next page there says it.
 */
export async function tapSigned(context: BrowserContext): Promise<PacketHeader[]> {
  const headers: PacketHeader[] = [];
  const heard = new Set<string>();
  await context.exposeBinding('lucarneSigned', (_, text: string) => {
    const signed = Buffer.from(text, 'base64');
    if (signed.subarray(0, PACKET_LABEL.length).toString('latin1') !== PACKET_LABEL) return;
    const header = new Uint8Array(signed.subarray(PACKET_LABEL.length));
    const decoded = decodeHead(concatBytes(header, new Uint8Array(SIGNATURE_BYTES)));
    if (!decoded.ok) throw new Error(`A signed header that can't be decoded: ${decoded.code}`);
    if (heard.has(text)) return;
    heard.add(text);
    headers.push(decoded.value.header);
  });
  await context.addInitScript(() => {
    // A page without storage, as about:blank, signs nothing.
    if (!location.protocol.startsWith('http')) return;
    const tapped = window as unknown as TappedWindow;
    // No named function in here: what runs this file outside the tests would wrap it in a helper that the page lacks.
    for (const [key, text] of Object.entries(localStorage) as [string, string][])
      if (key.startsWith('signed/')) void tapped.lucarneSigned(text).then(() => localStorage.removeItem(key));
    const subtle = SubtleCrypto.prototype;
    // The prototype's own method is called with the right object below.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { sign } = subtle;
    let said = 0;
    subtle.sign = function (algorithm, key, data) {
      const bytes = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data);
      const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
      const name = `signed/${performance.timeOrigin}/${said++}`;
      localStorage.setItem(name, text);
      void tapped.lucarneSigned(text).then(() => localStorage.removeItem(name));
      return sign.call(this, algorithm, key, data);
    };
  });
  return headers;
}

/** Follows `recordedSeq` of a live studio; the result gives the newest value that the page has said. */
export async function tapRecorded(page: Page): Promise<() => number> {
  let recordedSeq = -1;
  await page.exposeBinding('lucarneRecorded', (_, seq: number) => {
    recordedSeq = seq;
  });
  await page.locator('lucarne-studio').evaluate((element) => {
    const studio = element as LucarneStudio;
    let saidSeq = -1;
    // No named function in here: what runs this file outside the tests would wrap it in a helper that the page lacks.
    setInterval(() => {
      void studio.getStats().then((stats) => {
        if (stats === null || stats.recordedSeq === saidSeq) return;
        saidSeq = stats.recordedSeq;
        void (window as unknown as TappedWindow).lucarneRecorded(saidSeq);
      });
    }, 5);
  });
  return () => recordedSeq;
}

/** Keeps every media message that pages of this context receive; read them with `readReceived`. */
export async function tapReceived(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const messages: ArrayBuffer[] = ((window as unknown as TappedWindow).lucarneReceived = []);
    const connection = RTCPeerConnection.prototype;
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { createDataChannel } = connection;
    connection.createDataChannel = function (label, options) {
      const channel = createDataChannel.call(this, label, options);
      if (options?.id === 0) {
        channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
          messages.push(data.slice(0)),
        );
      }
      return channel;
    };
  });
}

/** What a tapped page has received so far, put together by docs/wire.md. */
export async function readReceived(page: Page): Promise<Received> {
  const texts = await page.evaluate(() =>
    (window as unknown as TappedWindow).lucarneReceived.map((message) =>
      btoa(Array.from(new Uint8Array(message), (byte) => String.fromCharCode(byte)).join('')),
    ),
  );
  const headers = new Map<string, PacketHeader>();
  const fragments = new Map<string, Bytes>();
  const skips: SkipMessage[] = [];
  for (const text of texts) {
    const decoded = decodeMediaMessage(new Uint8Array(Buffer.from(text, 'base64')));
    if (!decoded.ok) throw new Error(`A media message that can't be decoded: ${decoded.code}`);
    const message = decoded.value;
    if (message.type === 'head') {
      const name = nameOf(message.header);
      headers.set(name, message.header);
      if (message.first) fragments.set(`${name}/0`, message.first);
    } else if (message.type === 'fragment')
      fragments.set(`${nameOf(message)}/${message.index}`, message.bytes);
    else skips.push(message);
  }
  const packets = [...headers]
    .map(([name, header]) => assemble(name, header, fragments))
    .filter((packet) => packet !== undefined)
    .sort((a, b) => a.header.epoch - b.header.epoch || a.header.seq - b.header.seq);
  return { packets, skips };
}

function nameOf({ epoch, seq }: { epoch: number; seq: number }): string {
  return `${epoch}/${seq}`;
}

function assemble(
  name: string,
  header: PacketHeader,
  fragments: Map<string, Bytes>,
): ReceivedPacket | undefined {
  const parts = Array.from({ length: fragmentCount(header.length) }, (_, i) => fragments.get(`${name}/${i}`));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return { header, payload: concatBytes(...parts) };
}
