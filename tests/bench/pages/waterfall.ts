// Put into a page before its own scripts: notes when each step of a join happens, ms from navigation start. Only for the
// runs that are profiled, since the notes themselves take time.

/** What happened, and when: ms from navigation start. */
export type Step = [name: string, atMs: number];

declare global {
  interface Window {
    benchSteps: Step[];
    /** The steps with the page's own entries (documents, scripts, first paint), in order of time. */
    benchWaterfall(): Step[];
  }
}

window.benchSteps = [];

function note(name: string): void {
  if (!window.benchSteps.some(([known]) => known === name)) window.benchSteps.push([name, performance.now()]);
}

window.benchWaterfall = () => {
  const entries: Step[] = [];
  for (const entry of performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]) {
    entries.push(['document received', entry.responseEnd], ['document parsed', entry.domInteractive]);
  }
  for (const entry of performance.getEntriesByType('resource') as PerformanceResourceTiming[]) {
    const name = new URL(entry.name).pathname
      .split('/')
      .at(-1)!
      .replace(/-[\w-]{8}\./, '.');
    entries.push([`fetch ${name} begun`, entry.startTime], [`fetch ${name} done`, entry.responseEnd]);
  }
  for (const entry of performance.getEntriesByType('paint')) entries.push([entry.name, entry.startTime]);
  return [...window.benchSteps, ...entries].sort(([, a], [, b]) => a - b);
};

const DirectSocket = WebSocket;
window.WebSocket = class extends DirectSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    note('socket made');
    this.addEventListener('open', () => note('socket open'));
    this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const type = typeof data === 'string' ? /"type":"([A-Z-]+)"/.exec(data)?.[1] : undefined;
      if (type) note(`socket: ${type} received`);
    });
  }

  override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
    const type = typeof data === 'string' ? /"type":"([A-Z-]+)"/.exec(data)?.[1] : undefined;
    if (type) note(`socket: ${type} sent`);
    super.send(data as string);
  }
};

const DirectConnection = RTCPeerConnection;
window.RTCPeerConnection = class extends DirectConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    note('connection made');
    this.addEventListener('icegatheringstatechange', () => note(`gathering ${this.iceGatheringState}`));
    this.addEventListener('icecandidate', () => note('first candidate'));
    this.addEventListener('iceconnectionstatechange', () => note(`ice ${this.iceConnectionState}`));
    this.addEventListener('connectionstatechange', () => note(`connection ${this.connectionState}`));
    this.addEventListener('signalingstatechange', () => note(`signaling ${this.signalingState}`));
    this.addEventListener('track', () => note('track'));
  }

  override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, options);
    const name = options?.id === 0 ? 'media' : 'control';
    channel.addEventListener('open', () => note(`${name} channel open`));
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      note(`${name}: first message`);
      if (name !== 'media' || !(data instanceof ArrayBuffer) || data.byteLength < 33) return;
      const view = new DataView(data);
      if (view.getUint8(0) === 1)
        note(`media: first ${['config', 'video', 'audio', 'room', 'beat'][view.getUint8(2)]}`);
    });
    const send = channel.send.bind(channel) as (data: ArrayBuffer) => void;
    channel.send = (data: unknown) => {
      note(`${name}: first sent`);
      send(data as ArrayBuffer);
    };
    return channel;
  }
};

const DirectWorker = Worker;
window.Worker = class extends DirectWorker {
  readonly #name: string;

  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    this.#name = new URL(url, location.href).pathname.split('/').at(-1)!.split(/[-.]/)[0]!;
    note(`${this.#name} worker made`);
    this.addEventListener('message', ({ data }: MessageEvent<{ kind?: string } | undefined>) =>
      note(`${this.#name} worker says ${data?.kind ?? 'something'}`),
    );
  }

  override postMessage(message: unknown, options?: StructuredSerializeOptions | Transferable[]): void {
    const { kind, packet } = (message ?? {}) as { kind?: string; packet?: { track?: string } };
    note(`${this.#name} worker is told ${kind ?? 'something'}${packet?.track ? ` ${packet.track}` : ''}`);
    super.postMessage(message, options as Transferable[]);
  }
};
