// The two channels of an edge. Both are agreed on in advance, so that an edge is open as soon as its transport is.

/** Media: each message on its own, in whatever order it comes. */
export const MEDIA_CHANNEL: RTCDataChannelInit = { negotiated: true, id: 0, ordered: false };
/** Control: in order. */
export const CONTROL_CHANNEL: RTCDataChannelInit = { negotiated: true, id: 1 };
