// Stands in for get-browser-rtc: our browsers have WebRTC under its standard names.

const browserRtc = () => ('RTCPeerConnection' in globalThis ? globalThis : null);

// As CommonJS gives it.
export { browserRtc as 'module.exports' };
