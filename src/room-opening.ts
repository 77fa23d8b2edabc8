// Composition of a viewer's room, fetched after the first picture; what moderators need comes only where there is an invitation.

import { createKey, signerOf } from './identity/keys.ts';
import type { OpenRoom } from './session/room-door.ts';
import { LiveWatchRoom, type WatchRoomParts } from './session/watch-room.ts';

const openModerator: NonNullable<WatchRoomParts['openModerator']> = async (seat, invitation) => {
  const [{ openModerator }, { moderatorKeys }] = await Promise.all([
    import('./session/moderator-room.ts'),
    import('./identity/moderator-keys.ts'),
  ]);
  return openModerator(seat, moderatorKeys, invitation);
};

/** Opens the room of one watch. */
export const openWatchRoom: OpenRoom = (parts) =>
  new LiveWatchRoom({ ...parts, openModerator, makeSigner: async () => signerOf(await createKey()) });
