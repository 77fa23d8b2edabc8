// The signs on the studio's buttons, drawn for a square of 24.

import { svg } from 'lit';

const microphone = svg`<path d="M12 3.500a2.750 2.750 0 0 0-2.750 2.750v5a2.750 2.750 0 0 0 5.500 0v-5A2.750 2.750 0 0 0 12 3.500zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500v3"></path>`;
const eye = svg`<path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z"></path><circle cx="12" cy="12" r="2.750"></circle>`;
const stroke = svg`<path d="M4 4l16 16"></path>`;

export const STAGE_ICONS = {
  microphone,
  silence: svg`${microphone}${stroke}`,
  picture: eye,
  card: svg`${eye}${stroke}`,
  turn: svg`<path d="M4 8.500h3l1.500-2.500h7L17 8.500h3v10.500H4zM9 13.250a3 3 0 0 1 5.500-1.500M15 13.750a3 3 0 0 1-5.500 1.500M14.750 10v1.900h-1.900M9.250 17v-1.900h1.900"></path>`,
  mirror: svg`<path d="M12 4v16M9 7.500L3.500 16.500H9zM15 7.500l5.500 9H15z"></path>`,
  light: svg`<path d="M13 3L6 13.500h5L10.500 21 18 10.500h-5z"></path>`,
  pencil: svg`<path d="M4 20l1.250-4.500L16 4.750a2 2 0 0 1 3.250 3.250L8.500 18.750zM14 6.750L17.250 10"></path>`,
  screen: svg`<path d="M3.500 5h17v11h-17zM8.500 20h7M12 16v4"></path>`,
  inset: svg`<path d="M3.500 5h17v13.500h-17z"></path><path d="M12 11.500h6v4.500h-6z" fill="currentColor"></path>`,
  camera: svg`<path d="M4 8.500h3l1.500-2.500h7L17 8.500h3v10.500H4z"></path><circle cx="12" cy="13.250" r="3"></circle>`,
};
