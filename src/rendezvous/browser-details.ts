// Stands in for webrtc-adapter, which PeerJS brings along: the browsers that the app asks for need none of its
// corrections, and simple-peer never had them. PeerJS reads from it only what it says about browsers in its logs.

const adapter = { browserDetails: { browser: '', version: 0 } };

export default adapter;
