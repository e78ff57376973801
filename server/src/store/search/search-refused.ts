/**
 * The request is well formed, but can't be answered: a cursor of another search, or a filter that leaves too much.
 * The message says what was expected; for the caller it is a bad request.
 */
export class SearchRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SearchRefused'
  }
}
