/** What a script in JavaScript or TypeScript imports as `braid`. */
const { readFileSync, writeFileSync } = require('node:fs')

/** What the run was given. */
exports.input = JSON.parse(readFileSync(process.env.BRAID_INPUT, 'utf8'))

/** Gives the result of the run: anything that JSON can carry. The last one counts. */
exports.result = (value) => {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`expected a result that JSON can carry, got ${typeof value}`)
  writeFileSync(process.env.BRAID_RESULT, `${text}\n`)
}
