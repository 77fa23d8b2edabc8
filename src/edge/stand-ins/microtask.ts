// Stands in for queue-microtask, which is as old as browsers without it.

const microtask = (run: () => void): void => queueMicrotask(run);

// As CommonJS gives it.
export { microtask as 'module.exports' };
