// A labelled choice of the studio: a source, a quality, a device.

import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** What is chosen among; styled by `fieldStyles`. */
export interface SelectField<Value extends string> {
  id: string;
  label: string;
  /** What a person reads, by value. */
  names: Record<Value, string>;
  chosen: Value;
  isOff?: boolean;
  choose: (value: Value) => void;
}

/** The field; `choose` is called with each value that is picked. */
export function renderSelect<Value extends string>(field: SelectField<Value>): TemplateResult {
  const { id, label, names, chosen, isOff = false, choose } = field;
  const shown: string = chosen;
  const change = ({ target }: Event): void => choose((target as HTMLSelectElement).value as Value);
  return html`<div class="field half">
    <label for=${id}>${label}</label>
    <select id=${id} ?disabled=${isOff} .value=${shown} @change=${change}>
      ${Object.entries<string>(names).map(
        ([value, name]) => html`<option value=${value} ?selected=${value === chosen}>${name}</option>`,
      )}
    </select>
  </div>`;
}

/** The names of devices, by id. */
export function namesById(devices: readonly MediaDeviceInfo[]): Record<string, string> {
  return Object.fromEntries(devices.map(({ deviceId, label }) => [deviceId, label]));
}
