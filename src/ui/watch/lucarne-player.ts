// <lucarne-player> of the watch page, which lays its own veil over the picture.

import { customElement } from 'lit/decorators.js';
import { PlayerElement } from './player-element.ts';

/** Needs `lucarne` and `src`; slot `veil` for what is said while there is no picture. */
@customElement('lucarne-player')
export class LucarnePlayer extends PlayerElement {}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-player': LucarnePlayer;
  }
}
