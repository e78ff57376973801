/** How the console in QuickJS shows values. */
export { default } from 'object-inspect'
