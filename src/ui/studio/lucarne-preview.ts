// What the broadcaster sees of the own programme, silent, in a frame whose shape never changes. Who stands with the broadcaster stands
// where viewers see them.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { stageLayout, type Box, type Side, type Size } from '../../base/stage-layout.ts';
import type { Programme } from '../../ports.ts';
import { baseStyles } from '../base-styles.ts';

const SIDES: readonly Side[] = ['guest', 'inset'];
/** Of the frame, as in its style. */
const FRAME_ASPECT = 16 / 9;

/** Shows `programme` with `guest` and `inset`, or its slot when there is none or it is `covered`. */
@customElement('lucarne-preview')
@localized()
export class LucarnePreview extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      .frame {
        position: relative;
        display: grid;
        place-items: center;
        aspect-ratio: 16 / 9;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background:
          radial-gradient(120% 90% at 78% 0%, #33407a 0%, transparent 60%),
          linear-gradient(160deg, #141c40, var(--night));
        color: var(--night-ink);
      }
      .picture,
      .picture > div,
      .picture video,
      .picture canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .main > * {
        object-fit: contain;
      }
      .cropped > *,
      .side video {
        object-fit: cover;
      }
      .on-top {
        border-radius: 3.5%;
        overflow: hidden;
      }
      .mirrored {
        transform: scaleX(-1);
      }
      .picture[data-covered] {
        visibility: hidden;
      }
      .empty {
        position: relative;
        display: grid;
        gap: var(--space-3);
        justify-items: center;
        max-width: 30rem;
        padding: var(--space-4);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) programme: Programme | undefined;
  /** As those of the programme, so that a change is seen. */
  @property({ attribute: false }) guest: MediaStream | undefined;
  @property({ attribute: false }) inset: MediaStream | undefined;
  /** Shows the slot in place of the picture. */
  @property({ type: Boolean, attribute: 'covered' }) isCovered = false;
  /** Shows the main picture as in a mirror. */
  @property({ type: Boolean, attribute: 'mirrored' }) isMirrored = false;
  readonly #videos = new Map<'main' | Side, HTMLVideoElement>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const video of this.#videos.values()) video.srcObject = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate('programme');
  }

  protected override render(): TemplateResult {
    const picture = this.programme && this.#picture(this.programme);
    return html`<div class="frame">
      <div
        class="picture"
        role="img"
        aria-label=${msg('Preview')}
        ?data-covered=${this.isCovered}
        ?hidden=${!picture}
      >
        <div class="main">${picture}</div>
        ${this.#sides().map((side) => this.#renderSide(side))}
      </div>
      <div class="empty" ?hidden=${Boolean(picture) && !this.isCovered}><slot></slot></div>
    </div>`;
  }

  #renderSide(side: Side): TemplateResult {
    return html`<div class="side" data-side=${side}>${this.#video(side)}</div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const preview = this.programme?.preview;
    if (changed.has('programme') && preview instanceof MediaStream) this.#play('main', preview);
    for (const side of this.#sides()) this.#play(side, this[side]);
    this.#arrange();
  }

  /** Who is there. */
  #sides(): Side[] {
    return SIDES.filter((side) => this[side]);
  }

  #play(name: 'main' | Side, stream: MediaStream | undefined): void {
    const video = this.#videos.get(name);
    if (!video || !stream) return;
    if (video.srcObject !== stream) video.srcObject = stream;
    // Refused only when the element has gone again, and then nobody is looking.
    video.play().catch(() => undefined);
  }

  #picture({ preview }: Programme): HTMLElement {
    return preview instanceof MediaStream ? this.#video('main') : preview;
  }

  #video(name: 'main' | Side): HTMLVideoElement {
    const known = this.#videos.get(name);
    if (known) return known;
    const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
    video.addEventListener('resize', this.#arrange);
    this.#videos.set(name, video);
    return video;
  }

  /** By script and not by style attributes, which a strict content security policy refuses. */
  readonly #arrange = (): void => {
    const { programme } = this;
    const main = this.renderRoot.querySelector<HTMLElement>('.main');
    if (!programme || !main) return;
    const frame = this.#shape(programme);
    const layout = stageLayout(frame, this.#sides(), programme.options.source === 'screen');
    main.className = ['main', layout.isSplit && 'cropped', this.isMirrored && 'mirrored']
      .filter(Boolean)
      .join(' ');
    place(main, layout.main, frame);
    for (const side of this.renderRoot.querySelectorAll<HTMLElement>('.side')) {
      const box = layout[side.dataset['side'] as Side];
      side.classList.toggle('on-top', !layout.isSplit);
      if (box) place(side, box, frame);
    }
  };

  /** Of the whole picture; that of the frame until it is known. */
  #shape({ preview }: Programme): Size {
    const video = this.#videos.get('main');
    const { width, height } =
      preview instanceof MediaStream
        ? { width: video?.videoWidth ?? 0, height: video?.videoHeight ?? 0 }
        : preview;
    return width > 0 && height > 0 ? { width, height } : { width: 1600, height: 900 };
  }
}

/** Puts an element where its box lies in the picture, which lies whole and centred in the frame. */
function place(element: HTMLElement, box: Box, picture: Size): void {
  const aspect = picture.width / picture.height;
  const across = Math.min(1, aspect / FRAME_ASPECT);
  const down = Math.min(1, FRAME_ASPECT / aspect);
  Object.assign(element.style, {
    left: percent((1 - across) / 2 + (across * box.x) / picture.width),
    top: percent((1 - down) / 2 + (down * box.y) / picture.height),
    width: percent((across * box.width) / picture.width),
    height: percent((down * box.height) / picture.height),
  });
}

function percent(part: number): string {
  return `${(100 * part).toFixed(3)}%`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-preview': LucarnePreview;
  }
}
