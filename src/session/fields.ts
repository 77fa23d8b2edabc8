// What strangers send through a signaling server is read field by field.

/** The fields of what may be an object; none where it isn't one. */
export function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}
