// The title that a person gives a recording afterwards. The records keep the one that was on air: it is signed.

import type { Table } from '../ports.ts';

/** Its key: a string. */
export const TITLE_KEY = 'title';

/** Undefined when it was never renamed. */
export async function givenTitle(table: Table): Promise<string | undefined> {
  const title = await table.get(TITLE_KEY);
  return typeof title === 'string' ? title : undefined;
}
