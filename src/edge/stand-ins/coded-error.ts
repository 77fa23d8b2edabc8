// Stands in for err-code: simple-peer marks each of its errors with a word.

const codedError = <T extends Error>(error: T, code: string): T & { code: string } =>
  Object.assign(error, { code });

// As CommonJS gives it.
export { codedError as 'module.exports' };
