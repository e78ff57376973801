/** A value that a setting names (`$NAME`) and that nothing may print. */

/** Gives the value of a secret; throws `SecretError` when it has none. */
export type SecretSource = (name: string) => Promise<string>

/** Says what is missing and where, never a value. */
export class SecretError extends Error {}
