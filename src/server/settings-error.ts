// What stops a start.

/** A setting that cannot be honoured; `message` says which and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
