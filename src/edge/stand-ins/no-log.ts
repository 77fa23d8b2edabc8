// Stands in for debug: nobody reads simple-peer's log in a page.

const noLog = () => () => undefined;

// As CommonJS gives it.
export { noLog as 'module.exports' };
