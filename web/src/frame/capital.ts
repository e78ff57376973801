/** For words that begin a label. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
