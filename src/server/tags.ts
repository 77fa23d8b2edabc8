// Tags tell network addresses apart for one broadcast; without the secret nobody finds an address by trying.
import { createHmac, randomBytes } from 'node:crypto';
import { TAG_HEX_CHARS, TAG_SECRET_BYTES } from './limits.ts';

/** The maker of tags of one process, by a secret of its own until it is told the one that all processes share. */
export class Tags {
  /** In base64url. */
  secret = randomBytes(TAG_SECRET_BYTES).toString('base64url');

  /** The tag of an address, beside this broadcast only. */
  of(broadcastId: string, address: string): string {
    const digest = createHmac('sha256', this.secret).update(`${broadcastId}\0${address}`).digest('hex');
    return digest.slice(0, TAG_HEX_CHARS);
  }
}
