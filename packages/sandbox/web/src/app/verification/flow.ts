/** Where the provider's pages open: in place of this page, or in a frame on it. */
export type Flow = 'redirect' | 'embedded';

const KEY = 'demo.flow';

export function loadFlow(storage: Storage): Flow {
  return storage.getItem(KEY) === 'embedded' ? 'embedded' : 'redirect';
}

export function saveFlow(storage: Storage, flow: Flow): void {
  storage.setItem(KEY, flow);
}
