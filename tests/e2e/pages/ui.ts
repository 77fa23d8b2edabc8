// Shows the pages with a demonstration in place of the network. `demo=` holds the wishes as JSON.

import { mountApp } from '../../../src/ui/lucarne-app.ts';
import { DemoLucarne } from '../../fakes/demo-lucarne.ts';
import type { DemoWishes } from '../../fakes/demo-lucarne.ts';

declare global {
  interface Window {
    demo: DemoLucarne;
  }
}

const wishes = JSON.parse(new URLSearchParams(location.search).get('demo') ?? '{}') as DemoWishes;
window.demo = new DemoLucarne(wishes);
await mountApp(document.querySelector<HTMLElement>('#app')!, window.demo);
