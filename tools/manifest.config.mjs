// The analyzer would write where its draft lies into package.json.
export default { packagejson: false };
