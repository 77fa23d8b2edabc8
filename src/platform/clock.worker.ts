// One alarm, set and reset by the page's clock. Timers of a worker keep their pace when the page is hidden.

let alarm: ReturnType<typeof setTimeout> | undefined;

// The page uses timers of its own until it hears that this worker is there.
self.postMessage(undefined);

self.onmessage = (event: MessageEvent<number>) => {
  clearTimeout(alarm);
  alarm = setTimeout(() => self.postMessage(undefined), event.data);
};
