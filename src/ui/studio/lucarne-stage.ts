// What a broadcaster does with one thumb: mute, hide, another camera, the screen, and how the preview looks. On air and before.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import type { Programme, ProgrammeOptions } from '../../ports.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { withCamera, withMicrophone, withNextCamera } from './device-choice.ts';
import { DeviceList } from './device-list.ts';
import { lensOf, light, zoomTo, type Lens } from './lens.ts';
import { chooseMirror, isMirrored } from './mirror.ts';
import { namesById, renderSelect } from './select-field.ts';
import { STAGE_ICONS } from './stage-icons.ts';
import { stageStyles } from './stage-styles.ts';
import '../words/lucarne-notice.ts';
import './lucarne-level.ts';

/** What goes out of `programme`, or how its preview looks, has been changed by hand. */
export class LucarneProgrammeChanged extends Event {
  static readonly type = 'lucarne-programme-changed';
  constructor() {
    super(LucarneProgrammeChanged.type, { bubbles: true, composed: true });
  }
}

/** The broadcaster begins to draw on the picture, or leaves off. */
export class LucarneDrawingChanged extends Event {
  static readonly type = 'lucarne-drawing-changed';
  readonly isDrawing: boolean;
  constructor(isDrawing: boolean) {
    super(LucarneDrawingChanged.type);
    this.isDrawing = isDrawing;
  }
}

interface ToggleLook {
  /** Under the button, and part of its name. */
  caption: string;
  name: string;
  icon: SVGTemplateResult;
  isOn?: boolean;
}

/** Works on `programme`; fires LucarneProgrammeChanged and LucarneDrawingChanged. `live`: devices can be changed, and the picture drawn on. */
@customElement('lucarne-stage')
@localized()
export class LucarneStage extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, stageStyles];

  @property({ attribute: false }) programme!: Programme;
  @property({ type: Boolean, attribute: 'live' }) isLive = false;
  @property({ type: Boolean, attribute: 'drawing' }) isDrawing = false;
  @state() private isChanging = false;
  @state() private fault: ShownFault | undefined;
  readonly #devices = new DeviceList(this);

  protected override render(): TemplateResult {
    const { programme, fault } = this;
    const hasDevices = programme.preview instanceof MediaStream;
    const lens = lensOf(this.#camera);
    return html`
      ${hasDevices && programme.hasSound ? html`<lucarne-level .programme=${programme}></lucarne-level>` : nothing}
      <div class="buttons" role="group" aria-label=${msg('On stage')}>
        ${this.#renderMute()} ${this.#renderHide()} ${hasDevices ? this.#renderPicture(lens) : nothing}
        ${this.isLive ? this.#renderDraw() : nothing}
      </div>
      ${this.#renderZoom(lens)}
      <lucarne-notice .fault=${fault} ?hidden=${!fault}></lucarne-notice>
      ${hasDevices && this.isLive ? this.#renderDevices() : nothing}
    `;
  }

  #renderMute(): TemplateResult | typeof nothing {
    const { programme } = this;
    if (!programme.hasSound) return nothing;
    const isOn = programme.isMuted;
    const icon = isOn ? STAGE_ICONS.silence : STAGE_ICONS.microphone;
    const look = { caption: msg('Microphone'), name: msg('Mute microphone'), icon, isOn };
    return this.#renderButton(look, () => (programme.isMuted = !programme.isMuted));
  }

  #renderHide(): TemplateResult {
    const { programme } = this;
    const isOn = programme.isHidden;
    const icon = isOn ? STAGE_ICONS.card : STAGE_ICONS.picture;
    const look = { caption: msg('Picture'), name: msg('Hide picture'), icon, isOn };
    return this.#renderButton(look, () => (programme.isHidden = !programme.isHidden));
  }

  #renderPicture(lens: Lens): TemplateResult {
    const { options } = this.programme;
    const isCamera = options.source === 'camera';
    const turn = { caption: msg('Switch'), name: msg('Switch camera'), icon: STAGE_ICONS.turn };
    const canTurn = this.isLive && isCamera && this.#devices.cameras.length > 1;
    return html`
      ${canTurn ? this.#renderButton(turn, () => void this.#change(this.#nextCamera())) : nothing}
      ${this.isLive && canShareScreen() ? this.#renderScreen(options) : nothing}
      ${isCamera ? this.#renderMirror() : nothing} ${this.#renderLight(lens)}
    `;
  }

  #renderScreen(options: ProgrammeOptions): TemplateResult {
    const look =
      options.source === 'screen'
        ? { caption: msg('Camera'), name: msg('Back to the camera'), icon: STAGE_ICONS.camera }
        : { caption: msg('Screen'), name: msg('Share the screen'), icon: STAGE_ICONS.screen };
    const source = options.source === 'screen' ? 'camera' : 'screen';
    return html`
      ${this.#renderButton(look, () => void this.#change({ ...options, source }))}
      ${options.source === 'screen' ? this.#renderInset(options) : nothing}
    `;
  }

  #renderInset(options: ProgrammeOptions): TemplateResult {
    const isOn = options.hasInset === true;
    const look = { caption: msg('Me'), name: msg('My camera in the corner'), icon: STAGE_ICONS.inset, isOn };
    return this.#renderButton(look, () => void this.#change({ ...options, hasInset: !isOn }));
  }

  #renderMirror(): TemplateResult {
    const isOn = isMirrored(this.programme);
    const look = { caption: msg('Mirror'), name: msg('Mirror the preview'), icon: STAGE_ICONS.mirror, isOn };
    return this.#renderButton(look, () => chooseMirror(!isOn));
  }

  #renderLight({ isLit: isOn }: Lens): TemplateResult | typeof nothing {
    const camera = this.#camera;
    if (!camera || isOn === undefined) return nothing;
    const look = { caption: msg('Light'), name: msg('Light of the camera'), icon: STAGE_ICONS.light, isOn };
    return this.#renderButton(look, () => void this.#adjust(() => light(camera, !isOn)));
  }

  #renderZoom({ zoom }: Lens): TemplateResult | typeof nothing {
    const camera = this.#camera;
    if (!camera || !zoom) return nothing;
    const { min, max, step, value } = zoom;
    const slide = ({ target }: Event): void =>
      void this.#adjust(() => zoomTo(camera, (target as HTMLInputElement).valueAsNumber));
    return html`<label class="zoom">
      ${msg('Zoom')}
      <input
        type="range"
        .min=${String(min)}
        .max=${String(max)}
        .step=${String(step)}
        .value=${live(String(value))}
        @input=${slide}
      />
    </label>`;
  }

  #renderDraw(): TemplateResult {
    const isOn = this.isDrawing;
    const look = { caption: msg('Draw'), name: msg('Draw on the picture'), icon: STAGE_ICONS.pencil, isOn };
    return this.#renderButton(look, () => this.dispatchEvent(new LucarneDrawingChanged(!isOn)));
  }

  #renderButton({ caption, name, icon, isOn }: ToggleLook, act: () => void): TemplateResult {
    const press = (): void => {
      act();
      this.#tell();
    };
    return html`<button
      type="button"
      aria-label=${name}
      title=${name}
      aria-pressed=${ifDefined(isOn === undefined ? undefined : isOn ? 'true' : 'false')}
      ?disabled=${isOn === undefined && this.isChanging}
      @click=${press}
    >
      <span class="disc"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${icon}</svg></span>
      ${caption}
    </button>`;
  }

  /** One chosen device, for who has several. */
  #renderDevices(): TemplateResult {
    const { options, hasSound } = this.programme;
    const { cameras, microphones } = this.#devices;
    return html`<details>
      <summary>${msg('Camera and microphone')}</summary>
      <div class="devices">
        ${renderSelect<string>({
          ...{ id: 'camera', label: msg('Camera'), chosen: this.#idOf('video') },
          names: namesById(cameras),
          isOff: options.source !== 'camera' || this.isChanging,
          choose: (id) => void this.#change(withCamera(options, id)),
        })}
        ${renderSelect<string>({
          ...{ id: 'microphone', label: msg('Microphone'), chosen: this.#idOf('audio') },
          names: namesById(microphones),
          isOff: !hasSound || this.isChanging,
          choose: (id) => void this.#change(withMicrophone(options, id)),
        })}
      </div>
    </details>`;
  }

  #nextCamera(): ProgrammeOptions {
    const ids = this.#devices.cameras.map(({ deviceId }) => deviceId);
    return withNextCamera(this.programme.options, this.#settings('video'), ids);
  }

  #idOf(kind: 'video' | 'audio'): string {
    return this.#settings(kind).deviceId ?? '';
  }

  /** What the present device says of itself. */
  #settings(kind: 'video' | 'audio'): MediaTrackSettings {
    return this.#track(kind)?.getSettings() ?? {};
  }

  /** The camera that is shown. */
  get #camera(): MediaStreamTrack | undefined {
    return this.programme.options.source === 'camera' ? this.#track('video') : undefined;
  }

  #track(kind: 'video' | 'audio'): MediaStreamTrack | undefined {
    const { preview } = this.programme;
    if (!(preview instanceof MediaStream)) return undefined;
    return preview.getTracks().find((track) => track.kind === kind);
  }

  async #change(options: ProgrammeOptions): Promise<void> {
    this.isChanging = true;
    await this.#adjust(() => this.programme.change(options));
    this.isChanging = false;
  }

  /** Does it, and says what was refused. */
  async #adjust(act: () => Promise<void>): Promise<void> {
    this.fault = undefined;
    try {
      await act();
    } catch (error) {
      this.fault = faultOf(error);
    }
    this.#tell();
  }

  #tell(): void {
    this.requestUpdate();
    this.dispatchEvent(new LucarneProgrammeChanged());
  }
}

function canShareScreen(): boolean {
  return 'getDisplayMedia' in navigator.mediaDevices;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-stage': LucarneStage;
  }
}
